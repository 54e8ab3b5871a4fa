using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>Sampling settings in words.</summary>
internal static class SamplingText
{
    public static string Words(NarSampling sampling) => sampling.Greedy
        ? string.Create(CultureInfo.InvariantCulture, $"cfg {sampling.GuidanceScale}, cfg-interval {sampling.GuidanceInterval}, greedy")
        : string.Create(CultureInfo.InvariantCulture,
            $"cfg {sampling.GuidanceScale}, cfg-interval {sampling.GuidanceInterval}, temperature {sampling.Temperature}, top-k {sampling.TopK}, top-p {sampling.TopP}");
}
