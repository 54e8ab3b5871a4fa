using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>Attention of some numbers of rows over a prefix of keys, and of all steps of a generation.</summary>
internal static class AttentionBench
{
    // A mean of values below 1, with scores below 8: see AttentionKernelTests.
    private const float Tolerance = 1e-5f;
    private const int VerifiedRows = 3;

    public static void Run(VulkanDevice device, int heads, int headSize, int keyCount, IEnumerable<int> rowCounts)
    {
        foreach (var rows in rowCounts)
        {
            Run(device, $"attention {rows} rows, {keyCount} keys, {heads} x {headSize}", sequences: 1, heads, headSize, [(rows, keyCount)]);
        }
    }

    /// <summary>The steps of a schedule after its first, one after another: what one block of a guided generation asks for.</summary>
    public static void RunGeneration(VulkanDevice device, string name, DecodeSchedule schedule, int heads, int headSize) =>
        Run(
            device, $"attention of {schedule.Steps.Count} steps, {name}, {heads} x {headSize}", sequences: 2, heads, headSize,
            [.. schedule.Steps.Skip(1).Select(step => (step.Fed.Count, step.VisibleKeys))]);

    private static void Run(VulkanDevice device, string what, int sequences, int heads, int headSize, IReadOnlyList<(int Rows, int Keys)> steps)
    {
        var kernel = new AttentionKernel(device);
        int width = heads * headSize, capacity = steps.Max(step => step.Keys), rows = steps.Max(step => step.Rows);
        using var keys = Bench.Random(device, sequences * capacity * width, out var keyValues);
        using var values = Bench.Random(device, sequences * capacity * width, out var valueValues);
        using var q = Bench.Random(device, sequences * rows * width, out var queries);
        using var output = device.CreateBuffer("attended", (ulong)(sequences * rows * width) * sizeof(float), BufferUse.Texel);
        var shapes = steps.Select(step => new AttentionShape
        {
            Sequences = sequences,
            SequenceStride = 1,
            RowsPerSequence = step.Rows,
            Heads = heads,
            HeadSize = headSize,
            Capacity = capacity,
            KeyCount = step.Keys,
        }).ToList();
        var time = Measurement.Of(device, recorder => shapes.ForEach(shape => kernel.Record(recorder, q, 0, (uint)width, keys, values, output, shape)));

        // The last step's rows are those in the buffer.
        var last = shapes[^1];
        var few = last with { Sequences = 1, RowsPerSequence = Math.Min(last.RowsPerSequence, VerifiedRows) };
        var actual = new float[few.RowsPerSequence * width];
        device.Readbacks.Read<float>(output, 0, actual);
        var expected = new float[actual.Length];
        AttentionReference.Apply(queries, width, keyValues, valueValues, expected, few);
        Bench.Verify(what, actual, expected, Tolerance);
        Bench.Print(what, 2.0 * sequences * width * steps.Sum(step => (double)step.Rows * step.Keys), time);
    }
}
