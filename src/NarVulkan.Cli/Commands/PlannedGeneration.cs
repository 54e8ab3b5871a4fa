using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>What a request has become once the model is known: which samples, drawn how, continuing what.</summary>
/// <param name="Info">The model.</param>
/// <param name="Samples">The samples.</param>
/// <param name="Condition">Where their conditions come from; null for classes.</param>
/// <param name="Sampling">How tokens are drawn.</param>
/// <param name="Kept">What is continued; null where everything is generated.</param>
internal sealed record PlannedGeneration(NarModelInfo Info, SamplePlan Samples, IConditionRows? Condition, NarSampling Sampling, KeptTokens? Kept)
{
    /// <summary>What each sample shows: its class's name, or the number of its condition.</summary>
    public IReadOnlyList<string> Labels => Enumerable.Range(0, Samples.Count).Select(LabelOf).ToList();

    /// <summary>The prompt of each sample; null where there are none.</summary>
    public IReadOnlyList<string>? Prompts => Condition?.PromptOf(0) is null
        ? null
        : [.. Enumerable.Range(0, Samples.Count).Select(sample => Condition.PromptOf(Samples.ItemOf(sample))!)];

    /// <summary>The sampling settings, and what was kept, in words.</summary>
    public string Words => (Condition is null ? SamplingText.Words(Sampling) : SamplingText.Words(Sampling, Info.Precision, Condition.Manner)) + (Kept is null ? "" : ", " + Kept);

    /// <summary>Decoded samples, and what is to be said about them.</summary>
    /// <param name="seed">The seed that they were drawn with.</param>
    /// <param name="pixels">Decoder output [samples, 3, frames, height, width].</param>
    public PictureBatch Pictures(ulong seed, float[] pixels) => new()
    {
        Model = Info.Name,
        Labels = Labels,
        Prompts = Prompts,
        Copies = Samples.Copies,
        Negative = Condition?.Negative,
        Seed = seed,
        Settings = Words,
        Media = Info.Media,
        Pixels = pixels,
        Frames = Info.Frames,
        Height = Info.Height,
        Width = Info.Width,
    };

    private string LabelOf(int sample)
    {
        int item = Samples.ItemOf(sample);
        return Condition is null
            ? ClassList.NameOf(Samples.Items[item], Info.ClassNames)
            : Condition.LabelOf(item);
    }
}
