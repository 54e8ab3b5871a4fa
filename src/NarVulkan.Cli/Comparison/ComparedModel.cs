using NarVulkan.Cli.Engine;

namespace NarVulkan.Cli.Comparison;

/// <summary>One row of the comparison: a generator, and how long its runs took. Owns the generator.</summary>
internal sealed class ComparedModel(ComparedSchedule schedule, IEngineModel model, bool random) : IDisposable
{
    private readonly List<double> seconds = [];
    private int[]? tokens;

    public ComparedSchedule Schedule => schedule;

    public NarModelInfo Info { get; } = model.Info;

    /// <summary>Whether its weights are random, and not those of the model that was given.</summary>
    public bool Random => random;

    /// <summary>Seconds of each timed run, from the condition to the last token.</summary>
    public IReadOnlyList<double> Seconds => seconds;

    public double Median
    {
        get
        {
            List<double> sorted = seconds.Order().ToList();
            return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }

    /// <summary>The run that pays for pipelines and recordings, and whose tokens the timed ones must repeat.</summary>
    public void WarmUp(NarGenerationRequest request, IProgress<NarProgress> progress, CancellationToken cancellation)
    {
        tokens = model.Generate(request, progress, cancellation).Tokens;
        int wrong = Array.FindIndex(tokens, token => (uint)token >= (uint)Info.Vocabulary);
        if (wrong >= 0)
        {
            throw new DeviceException($"{schedule.Name}: token {tokens[wrong]} is not in the codebook of {Info.Vocabulary}, so nothing is timed; try 'narvk doctor'");
        }
    }

    /// <summary>A timed run.</summary>
    /// <exception cref="DeviceException">It gave other tokens than the runs before.</exception>
    public void Run(NarGenerationRequest request, IProgress<NarProgress> progress, CancellationToken cancellation)
    {
        NarGenerationResult result = model.Generate(request, progress, cancellation);
        if (!result.Tokens.AsSpan().SequenceEqual(tokens))
        {
            throw new DeviceException($"{schedule.Name}: two runs with the same seed gave different tokens, so their times mean nothing; try 'narvk doctor'");
        }
        seconds.Add(result.Timings.PrefillSeconds + result.Timings.StepsSeconds);
    }

    public void Dispose() => model.Dispose();
}
