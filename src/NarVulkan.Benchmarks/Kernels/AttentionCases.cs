using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Attention of a step's rows over the prefix that it sees.</summary>
internal static class AttentionCases
{
    // A mean of values below 1, with scores below 8: see AttentionKernelTests.
    private const float Tolerance = 1e-5f;

    // Multiply-adds of the twin: every row up to some hundreds of them, else some that are spread over tiles and sequences.
    private const double CheckedWork = 3e8;

    /// <summary>The buffers live until the next case is asked for.</summary>
    public static IEnumerable<KernelCase> For(VulkanDevice device, AttentionKernel kernel, AttentionShape shape, int calls, string name = "attention")
    {
        int width = shape.Heads * shape.HeadSize, rows = shape.Sequences * shape.RowsPerSequence, stride = width;
        long cached = (long)shape.Sequences * shape.SequenceStride * shape.Capacity * width;
        using var buffers = new BenchBuffers(device);
        var q = buffers.Random("q", (long)rows * stride, out float[] queries);
        var keys = buffers.Random("keys", cached, out float[] keyValues);
        var values = buffers.Random("values", cached, out float[] valueValues);
        var output = buffers.Zeros("attended", (long)rows * width);
        uint[] visible = [.. Enumerable.Repeat(uint.MaxValue, shape.Sequences * shape.SequenceStride * shape.MaskWords)];
        var mask = shape.MaskedKeys > 0 ? buffers.Upload("mask", visible) : null;
        int seen = shape.KeyCount - (Math.Min(shape.HiddenEnd, shape.KeyCount) - Math.Min(shape.HiddenBegin, shape.KeyCount));
        yield return new KernelCase
        {
            Kernel = name,
            Shape = FormattableString.Invariant($"{rows} rows, {seen} keys, {shape.Heads} x {shape.HeadSize}"),
            Calls = calls,
            MultiplyAdds = 2.0 * rows * seen * width,
            Bytes = sizeof(float) * (2.0 * shape.Sequences * seen * width + 2.0 * rows * width),
            Record = recorder => kernel.Record(recorder, q, 0, (uint)stride, keys, values, output, shape, mask),
            Verify = () =>
            {
                float[] actual = buffers.Read<float>(output);
                // An odd distance, so that rows of every place in a tile are among them.
                int step = (int)Math.Max(1, 2.0 * rows * seen * width / CheckedWork) | 1;
                for (int row = 0; row < rows; row += step)
                {
                    Verify(row / shape.RowsPerSequence, row % shape.RowsPerSequence);
                }
                Verify(shape.Sequences - 1, shape.RowsPerSequence - 1);

                void Verify(int sequence, int row)
                {
                    var one = shape with { Sequences = 1, RowsPerSequence = 1, CausalFirstKey = shape.CausalFirstKey + row };
                    int m = sequence * shape.RowsPerSequence + row, cache = sequence * shape.SequenceStride * shape.Capacity * width;
                    var expected = new float[width];
                    AttentionReference.Apply(queries.AsSpan(m * stride), stride, keyValues.AsSpan(cache), valueValues.AsSpan(cache), expected, one, visible);
                    Verification.Close(FormattableString.Invariant($"attention, row {m} of {rows} over {seen} keys"), expected, actual.AsSpan(m * width, width), Tolerance);
                }
            },
        };
    }
}
