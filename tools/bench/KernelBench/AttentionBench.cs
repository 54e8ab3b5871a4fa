using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>Attention of some numbers of rows over a prefix of keys.</summary>
internal static class AttentionBench
{
    // A mean of values below 1, with scores below 8: see AttentionKernelTests.
    private const float Tolerance = 1e-5f;
    private const int VerifiedRows = 3;

    public static void Run(VulkanDevice device, int heads, int headSize, int keyCount, IEnumerable<int> rowCounts)
    {
        var kernel = new AttentionKernel(device);
        var width = heads * headSize;
        using var keys = Bench.Random(device, keyCount * width, out var keyValues);
        using var values = Bench.Random(device, keyCount * width, out var valueValues);
        foreach (var rows in rowCounts)
        {
            var shape = new AttentionShape
            {
                Sequences = 1,
                SequenceStride = 1,
                RowsPerSequence = rows,
                Heads = heads,
                HeadSize = headSize,
                Capacity = keyCount,
                KeyCount = keyCount,
            };
            using var q = Bench.Random(device, rows * width, out var queries);
            using var output = device.CreateBuffer("attended", (ulong)(rows * width) * sizeof(float), BufferUse.Texel);
            var time = Measurement.Of(device, recorder => kernel.Record(recorder, q, 0, (uint)width, keys, values, output, shape));

            var actual = new float[rows * width];
            device.Readbacks.Read<float>(output, 0, actual);
            var few = shape with { RowsPerSequence = Math.Min(rows, VerifiedRows) };
            var expected = new float[few.RowsPerSequence * width];
            AttentionReference.Apply(queries, width, keyValues, valueValues, expected, few);
            Bench.Verify($"attention of {rows} rows", actual, expected, Tolerance);
            Bench.Print($"attention {rows} rows, {keyCount} keys, {heads} x {headSize}", 2.0 * rows * keyCount * width, time);
        }
    }
}
