using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Rotary position embedding of packed q, k, v rows, in place: <c>shaders/rope.comp</c>.</summary>
internal sealed class RopeKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<RopeParameters>("rope", null, ReadWrite, Read);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Rotates q and k of row i of every sequence by the angles of slot slotOffset + i.</summary>
    /// <param name="qkv">[sequences * rowsPerSequence, rowStride floats]: q, k, v of heads * headSize each.</param>
    /// <param name="cosSin">[slots, headSize / 2, 2], float32.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer qkv, int rowStride, DeviceBuffer cosSin, int slotOffset,
        int sequences, int rowsPerSequence, int heads, int headSize)
    {
        var parameters = new RopeParameters
        {
            RowStride = (uint)rowStride,
            RowsPerSequence = (uint)rowsPerSequence,
            Heads = (uint)heads,
            HeadSize = (uint)headSize,
            SlotOffset = (uint)slotOffset,
        };
        var pairs = heads * headSize;
        recorder.Dispatch(
            _pipeline, [new(qkv), new(cosSin)], parameters,
            ElementGroups(pairs), (uint)rowsPerSequence, (uint)sequences, work: 4.0 * pairs * rowsPerSequence * sequences);
    }
}
