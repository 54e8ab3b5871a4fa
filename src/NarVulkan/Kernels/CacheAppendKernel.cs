using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Appends keys and values to the KV cache: <c>shaders/cache_append.comp</c>.</summary>
internal sealed class CacheAppendKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<CacheAppendParameters>("cache_append", null, Read, Write, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Copies k and v of row i of sequence q to slot firstSlot + i of cache sequence q * sequenceStride.</summary>
    /// <param name="qkv">[sequences * rowsPerSequence, rowStride floats]: q, k, v of heads * headSize each.</param>
    /// <param name="keys">[cache sequences, heads, capacity, headSize], float32.</param>
    /// <param name="values">Same shape as <paramref name="keys"/>.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer qkv, int rowStride, DeviceBuffer keys, DeviceBuffer values,
        int sequences, int sequenceStride, int rowsPerSequence, int heads, int headSize, int capacity, int firstSlot)
    {
        var parameters = new CacheAppendParameters
        {
            RowStride = (uint)rowStride,
            RowsPerSequence = (uint)rowsPerSequence,
            Heads = (uint)heads,
            HeadSize = (uint)headSize,
            SequenceStride = (uint)sequenceStride,
            Capacity = (uint)capacity,
            FirstSlot = (uint)firstSlot,
        };
        var width = heads * headSize;
        recorder.Dispatch(
            _pipeline, [new(qkv), new(keys), new(values)], parameters,
            ElementGroups(width), (uint)rowsPerSequence, (uint)sequences, work: 2.0 * width * rowsPerSequence * sequences);
    }
}
