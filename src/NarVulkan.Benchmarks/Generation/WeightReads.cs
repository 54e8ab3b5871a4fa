using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>Bytes of weights that the steps of a generation read: every matrix once, the further heads' and the output where tokens are drawn.</summary>
internal static class WeightReads
{
    /// <summary>Of one step. Embeddings and norms are left out: a few rows.</summary>
    public static long Of(GeneratorWeights weights, DecodeStep step)
    {
        var shape = weights.Shape;
        long d = shape.Width;
        long blocks = shape.Blocks * (4 * d * d + 3 * d * shape.FeedForward);
        long output = step.Sampled.Count > 0 ? shape.Vocabulary * weights.Heads.Count * d : 0;
        return (long)WeightEncoding.Bytes(weights.Output.Precision, blocks + output);
    }

    /// <summary>Of all steps.</summary>
    public static long Of(GeneratorWeights weights) => weights.Schedule.Steps.Sum(step => Of(weights, step));
}
