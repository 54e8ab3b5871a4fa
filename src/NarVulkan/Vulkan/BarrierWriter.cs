using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// The only code that writes barriers. One global memory barrier over compute and transfer serves every hazard: the
/// chain is serial by nature, and drivers turn finer buffer barriers into the same cache operation.
/// </summary>
internal sealed unsafe class BarrierWriter(Vk api)
{
    private const PipelineStageFlags DeviceStages = PipelineStageFlags.ComputeShaderBit | PipelineStageFlags.TransferBit;
    private const AccessFlags DeviceWrites = AccessFlags.ShaderWriteBit | AccessFlags.TransferWriteBit;
    private const AccessFlags DeviceReads = AccessFlags.ShaderReadBit | AccessFlags.TransferReadBit;

    private readonly HazardTracker _hazards = new();
    private CommandBuffer _commands;

    /// <summary>Barriers written since construction.</summary>
    public long Count { get; private set; }

    /// <summary>Starts on a command buffer: all work submitted earlier is settled first, whatever it touched.</summary>
    public void Begin(CommandBuffer commands)
    {
        _commands = commands;
        _hazards.Clear();
        Write(DeviceStages, DeviceReads | DeviceWrites);
    }

    /// <summary>Called before each command with all that it reads and writes.</summary>
    public void Before(ReadOnlySpan<BufferAccess> accesses)
    {
        if (_hazards.Track(accesses))
        {
            Write(DeviceStages, DeviceReads | DeviceWrites);
        }
    }

    /// <summary>As <see cref="HazardTracker.BeginTogether"/>.</summary>
    public void BeginTogether() => _hazards.BeginTogether();

    /// <summary>As <see cref="HazardTracker.EndTogether"/>.</summary>
    public void EndTogether() => _hazards.EndTogether();

    /// <summary>Makes all writes visible to the host once the submission's timeline value is reached.</summary>
    public void ReleaseToHost() => Write(PipelineStageFlags.HostBit, AccessFlags.HostReadBit);

    private void Write(PipelineStageFlags to, AccessFlags access)
    {
        var barrier = new MemoryBarrier
        {
            SType = StructureType.MemoryBarrier,
            SrcAccessMask = DeviceWrites,
            DstAccessMask = access,
        };
        api.CmdPipelineBarrier(_commands, DeviceStages, to, 0, 1, &barrier, 0, null, 0, null);
        Count++;
    }
}
