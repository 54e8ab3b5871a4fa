using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>Makes batches of a large run's samples. What a sample is does not depend on the batch that it is made in.</summary>
internal sealed class SampleBatches(IEngineModel model, ulong seed, NarSampling sampling, ISampleSequence sequence, IConditionRows? condition)
{
    private const int MostSamples = 64;

    // Decoder output of a batch in host memory; the pictures made from it take another quarter.
    private const long MostBytes = 256 << 20;

    private double recordSeconds, prefillSeconds, stepSeconds, decodeSeconds;

    /// <summary>The samples of a batch where nothing else is asked for.</summary>
    public int PreferredSize => (int)Math.Clamp(MostBytes / (sizeof(float) * 3L * model.Info.Frames * model.Info.Height * model.Info.Width), 1, MostSamples);

    /// <summary>What the samples are called.</summary>
    public string Noun => model.Info.Media == NarMedia.Image ? "images" : "clips";

    public NarModelInfo Info => model.Info;

    /// <summary>The sampling settings in words.</summary>
    public string Settings => condition is null ? SamplingText.Words(sampling) : SamplingText.Words(sampling, model.Info.Precision, condition.Manner);

    /// <summary>Consecutive samples, each as its pictures.</summary>
    public IReadOnlyList<IReadOnlyList<RgbImage>> Make(int first, int count, IProgress<NarProgress> progress, CancellationToken cancellation)
    {
        NarGenerationResult result = model.Generate(Request(first, count), progress, cancellation);
        recordSeconds += result.Timings.RecordSeconds;
        prefillSeconds += result.Timings.PrefillSeconds;
        stepSeconds += result.Timings.StepsSeconds;
        decodeSeconds += result.Timings.DecodeSeconds;
        return Enumerable.Range(0, count).Select(sample => SampleArray.Pictures(model.Info, result.Frames, sample)).ToList();
    }

    /// <summary>The name of a sample's class, or of its condition.</summary>
    public string LabelOf(int sample) => condition is null ? ClassList.NameOf(sequence.ClassOf(sample), model.Info.ClassNames) : condition.LabelOf(sequence.ItemOf(sample));

    /// <summary>The prompt of a sample; null where there are none.</summary>
    public string? PromptOf(int sample) => condition?.PromptOf(sequence.ItemOf(sample));

    /// <summary>What prompts are guided away from; null for nothing.</summary>
    public string? Negative => condition?.Negative;

    /// <summary>Adds the times of all batches to a report; their sum.</summary>
    public double Finish(RunReport report)
    {
        report.AddPhase("record", recordSeconds);
        report.AddPhase("prefill", prefillSeconds);
        report.AddPhase("steps", stepSeconds);
        report.AddPhase("decode", decodeSeconds);
        return recordSeconds + prefillSeconds + stepSeconds + decodeSeconds;
    }

    private NarGenerationRequest Request(int first, int count)
    {
        NarGenerationRequest request = new()
        {
            Classes = Enumerable.Range(first, count).Select(sequence.ClassOf).ToArray(),
            Streams = Enumerable.Range(first, count).Select(sequence.StreamOf).ToArray(),
            Seed = seed,
            Sampling = sampling,
        };
        return condition?.AddTo(request, Enumerable.Range(first, count).Select(sequence.ItemOf).ToArray()) ?? request;
    }
}
