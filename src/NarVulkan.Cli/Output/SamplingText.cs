using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>Sampling settings in words.</summary>
internal static class SamplingText
{
    /// <summary>What else decided a picture with a condition of its own: the precision of the weights, which moves logits, and how the condition was made.</summary>
    public static string Words(NarSampling sampling, NarPrecision precision, string? manner) =>
        $"{Words(sampling)}, {ModelJson.PrecisionName(precision)}{(manner is null ? "" : ", " + manner)}";

    public static string Words(NarSampling sampling) => sampling.Greedy
        ? string.Create(CultureInfo.InvariantCulture, $"cfg {sampling.GuidanceScale}, cfg-interval {sampling.GuidanceInterval}, greedy")
        : string.Create(CultureInfo.InvariantCulture,
            $"cfg {sampling.GuidanceScale}, cfg-interval {sampling.GuidanceInterval}, temperature {sampling.Temperature}, top-k {sampling.TopK}, top-p {sampling.TopP}");
}
