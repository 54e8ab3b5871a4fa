using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>Everything that decides what a shard's bytes are, as names and values for its journal. Batch size and device settings do not.</summary>
internal static class SampleJournalSettings
{
    /// <summary>The only one that differs between shards of one run.</summary>
    public const string ShardName = "--shard";

    public const string SeedName = "--seed";

    public const string SamplesName = "--samples";

    public const string SamplingName = "sampling";

    private const string Whole = "none";

    public static IReadOnlyList<KeyValuePair<string, string>> Of(ModelFolder folder, GenerateSettings settings, SampleSettings many, IConditionRows? condition)
    {
        NarSampling sampling = settings.Sampling(new NarSampling
        {
            GuidanceScale = folder.Sampling.Guidance,
            GuidanceInterval = folder.Sampling.GuidanceInterval,
            Temperature = folder.Sampling.Temperature,
            TopK = folder.Sampling.TopK,
            TopP = folder.Sampling.TopP,
        });
        List<KeyValuePair<string, string>> all =
        [
            new("narvk", CliApplication.Version()),
            new("model", folder.Name),
            new("the model's files", ModelFingerprint.Of(folder)),
            new(SeedName, settings.Seed.ToString(CultureInfo.InvariantCulture)),
            new("--class", settings.Classes ?? "all"),
            new(SamplingName, SamplingText.Words(sampling)),
            new("--precision", ModelJson.PrecisionName(settings.Precision)),
            new(SamplesName, many.Samples.ToString(CultureInfo.InvariantCulture)),
            new(ShardName, many.Shard?.ToString() ?? Whole),
            new("--npz", many.Npz is null ? "no" : "yes"),
            new("--out", many.Folder is null ? "no" : "yes"),
        ];
        if (condition is not null)
        {
            all.Add(new(settings.Prompts is not null ? "prompts" : settings.Text is null ? "--condition-tokens" : "--condition", condition.Fingerprint));
        }
        return all;
    }
}
