using NarVulkan.Checkpoints;

namespace NarVulkan.Models.T5;

/// <summary>
/// Relative position buckets of T5's encoder (Raffel et al., arXiv 1910.10683): half of them for keys behind the query; of each half, one for
/// each short distance, then wider and wider ones up to the largest distance.
/// </summary>
internal static class RelativePositions
{
    /// <summary>The bucket of a key so many positions behind its query (negative: before it).</summary>
    /// <param name="distance">Key position minus query position.</param>
    /// <param name="buckets">Buckets in all; a multiple of 4.</param>
    /// <param name="maxDistance">Larger distances are in the last bucket.</param>
    public static int Bucket(int distance, int buckets, int maxDistance)
    {
        int half = buckets / 2, exact = half / 2;
        int first = distance > 0 ? half : 0;
        int length = Math.Abs(distance);
        if (length < exact)
        {
            return first + length;
        }
        // In float32, as the original: where a logarithm comes out even, rounding decides the bucket.
        float steps = MathF.Log(length / (float)exact) / (float)Math.Log((double)maxDistance / exact) * (half - exact);
        return first + Math.Min(half - 1, exact + (int)steps);
    }

    /// <summary>Biases for attention: float32 [heads, 2 * reach + 1], by key minus query position from -reach on.</summary>
    /// <param name="table">Learned biases, [buckets, heads].</param>
    /// <param name="config">Heads and buckets.</param>
    /// <param name="reach">Largest distance that occurs.</param>
    public static float[] Biases(ReadOnlySpan<float> table, T5Config config, int reach)
    {
        int stride = (2 * reach) + 1;
        var biases = new float[checked(config.Heads * stride)];
        for (int i = 0; i < stride; i++)
        {
            int bucket = Bucket(i - reach, config.Buckets, config.MaxDistance);
            for (int head = 0; head < config.Heads; head++)
            {
                biases[(head * stride) + i] = table[(bucket * config.Heads) + head];
            }
        }
        return biases;
    }
}
