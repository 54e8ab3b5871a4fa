using NarVulkan.Kernels;

namespace NarVulkan.Tests.Kernels;

/// <summary>Random queries and caches of a shape. Slots without a key hold not-a-number: looking at one shows.</summary>
internal sealed class AttentionData
{
    public const int QueryOffset = 8;

    public AttentionData(AttentionShape shape, float queryScale = 2f)
    {
        var random = new Random(11);
        // Unscaled scores of the same size as scaled ones.
        queryScale *= shape.Unscaled ? 1 / MathF.Sqrt(shape.HeadSize) : 1;
        QueryStride = 3 * shape.Heads * shape.HeadSize;
        Queries = RandomData.Normal(random, QueryOffset + shape.Sequences * shape.RowsPerSequence * QueryStride, queryScale);
        var sequences = (shape.Sequences - 1) * shape.SequenceStride + 1;
        Keys = Cache(random, shape, sequences);
        Values = Cache(random, shape, sequences);
        Mask = [.. Enumerable.Range(0, sequences * shape.MaskWords).Select(_ => (uint)random.NextInt64(1L << 32))];
        Biases = RandomData.Normal(random, shape.Heads * shape.BiasStride, 2f);
    }

    /// <summary>Position biases of each head.</summary>
    public float[] Biases { get; }

    /// <summary>Random bits for the masked keys; the last word has some beyond them.</summary>
    public uint[] Mask { get; }

    /// <summary>Rows as a joint q, k, v product leaves them.</summary>
    public int QueryStride { get; }

    public float[] Queries { get; }

    public float[] Keys { get; }

    public float[] Values { get; }

    private static float[] Cache(Random random, AttentionShape shape, int sequences)
    {
        var cache = RandomData.Normal(random, sequences * shape.Heads * shape.Capacity * shape.HeadSize);
        for (var i = 0; i < cache.Length; i++)
        {
            if (i / shape.HeadSize % shape.Capacity >= shape.KeyCount)
            {
                cache[i] = float.NaN;
            }
        }

        return cache;
    }
}
