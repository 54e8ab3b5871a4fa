namespace NarVulkan.Vulkan;

/// <summary>
/// A staging buffer cut into slots, and the command buffers that copy to or from them. Made whole or not at all: what was made before a
/// failure is given back, so that whoever needs it the next time starts afresh.
/// </summary>
internal sealed class StagingSlots : IDisposable
{
    private readonly RingSlot[] _slots = [];

    /// <param name="device">The device.</param>
    /// <param name="role">Role of the buffer, and name of the rest.</param>
    /// <param name="count">How many slots.</param>
    /// <param name="slotBytes">Bytes of each.</param>
    /// <param name="use">What the buffer is for.</param>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public StagingSlots(VulkanDevice device, string role, int count, ulong slotBytes, BufferUse use)
    {
        Buffer = new DeviceBuffer(device, role, slotBytes * (ulong)count, use);
        try
        {
            Pool = new CommandBufferPool(device, role);
            _slots = [.. Enumerable.Range(0, count).Select(i => new RingSlot((ulong)i * slotBytes, Pool.Take($"{role} {i}")))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public DeviceBuffer Buffer { get; }

    /// <summary>Where the slots' command buffers are from.</summary>
    public CommandBufferPool Pool { get; } = null!;

    public RingSlot this[int index] => _slots[index];

    public void Dispose()
    {
        Buffer.Dispose();
        // Where it could not be made, there is none.
        Pool?.Dispose();
    }
}
