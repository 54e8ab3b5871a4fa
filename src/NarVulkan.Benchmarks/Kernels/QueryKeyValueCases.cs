using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>The product that gives queries, keys and values: RoPE and the write to the KV cache are its epilogue. Packed once for all shapes.</summary>
internal sealed class QueryKeyValueCases(KernelSet kernels, GeneratorShape shape, WeightPrecision precision, bool rotary, int capacity)
{
    // As for the other products; turning by angles of length one at most doubles it.
    private const float TolerancePerStep = 2e-6f;

    private readonly Dictionary<int, float[]> headWeights = [];

    /// <summary>A case for each number of sequences and of rows in each; its buffers live until the next one is asked for.</summary>
    public IEnumerable<KernelCase> For(IEnumerable<(int Sequences, int RowsPerSequence, int Calls)> shapes)
    {
        var device = kernels.Device;
        int d = shape.Width;
        var source = new BenchMatrix(3 * d, d);
        using var weights = PackedMatrix.Create(device, "bench.wqkv", source, precision, MatrixLayout.Pairs);
        foreach (var (sequences, fed, calls) in shapes)
        {
            using var buffers = new BenchBuffers(device);
            int rows = sequences * fed, firstSlot = capacity - fed;
            var x = buffers.Random("x", (long)rows * d, out float[] values);
            var queries = buffers.Zeros("queries", (long)rows * d);
            var keys = buffers.Zeros("keys", (long)sequences * capacity * d);
            var cached = buffers.Zeros("values", (long)sequences * capacity * d);
            float[] angles = [.. Enumerable.Range(0, capacity * shape.HeadSize / 2).SelectMany(i => new[] { MathF.Cos(i), MathF.Sin(i) })];
            var append = new KvAppend
            {
                Keys = keys,
                Values = cached,
                Angles = rotary ? buffers.Upload("angles", angles) : null,
                RowsPerSequence = fed,
                SequenceStride = 1,
                Heads = shape.Heads,
                HeadSize = shape.HeadSize,
                Capacity = capacity,
                FirstSlot = firstSlot,
            };
            yield return new KernelCase
            {
                Kernel = rotary ? "product qkv, rope, cache" : "product qkv, cache",
                Shape = FormattableString.Invariant($"{rows} x {source.Rows} x {d}"),
                Calls = calls,
                MultiplyAdds = (double)rows * source.Rows * d,
                Bytes = weights.Bytes + sizeof(float) * 4.0 * rows * d,
                Record = recorder => kernels.Matmul.Record(recorder, weights, x, 0, (uint)d, queries, 0, (uint)d, rows, MatmulEpilogue.QueryKeyValue, cache: append),
                Verify = () =>
                {
                    float[] q = buffers.Read<float>(queries), k = buffers.Read<float>(keys), v = buffers.Read<float>(cached);
                    // Every row, by one head each; the last row by the last head too.
                    foreach (var (row, head) in Enumerable.Range(0, rows).Select(row => (row, row % shape.Heads)).Append((rows - 1, shape.Heads - 1)))
                    {
                        int slot = firstSlot + row % fed;
                        int inCache = ((row / fed * shape.Heads + head) * capacity + slot) * shape.HeadSize;
                        float[] found = [.. q.AsSpan(row * d + head * shape.HeadSize, shape.HeadSize), .. k.AsSpan(inCache, shape.HeadSize), .. v.AsSpan(inCache, shape.HeadSize)];
                        Verification.Close($"product qkv, row {row} of {rows}", Expected(source, values.AsSpan(row * d, d), angles, head, slot), found, TolerancePerStep * d);
                    }
                },
            };
        }
    }

    /// <summary>Query, key and value of one head and row.</summary>
    private float[] Expected(BenchMatrix source, ReadOnlySpan<float> x, float[] angles, int head, int slot)
    {
        int d = shape.Width, size = shape.HeadSize;
        if (!headWeights.TryGetValue(head, out float[]? weights))
        {
            weights = source.Read([.. Enumerable.Range(0, 3 * size).Select(i => i / size * d + head * size + i % size)]);
            headWeights.Add(head, weights);
        }
        var expected = new float[3 * size];
        MatmulReference.Apply(x, d, weights, d, [], expected, 3 * size, 1, MatmulEpilogue.Store);
        if (rotary)
        {
            RopeReference.Rotate(expected, 3 * size, angles, slot, 1, 1, 1, size);
        }
        return expected;
    }
}
