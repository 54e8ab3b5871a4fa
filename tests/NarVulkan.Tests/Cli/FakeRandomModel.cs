using NarVulkan.Cli.Engine;

namespace NarVulkan.Tests.Cli;

/// <summary>A generator without weights that takes a tenth of a second for the condition and a hundredth for each further step, by its own account.</summary>
internal sealed class FakeRandomModel(NarRandomModel random, NarLoadOptions options, List<string> log) : IEngineModel
{
    private int runs;

    public NarRandomModel Random => random;

    public NarLoadOptions Options => options;

    public NarGenerationRequest? Request { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>Changes the tokens of a run; null leaves them right.</summary>
    public static Action<NarRandomModel, int, int[]>? Tamper { get; set; }

    public NarModelInfo Info
    {
        get
        {
            bool video = random.Grid.Count == 3, nar = random.Architecture.StartsWith("nar", StringComparison.Ordinal);
            int count = random.Grid.Aggregate(1, (all, side) => all * side);
            return new NarModelInfo
            {
                Name = "random",
                Architecture = random.Architecture,
                Media = video ? NarMedia.Video : NarMedia.Image,
                Grid = video ? random.Grid : [1, .. random.Grid],
                TokenCount = count,
                Vocabulary = random.Vocabulary,
                ClassCount = random.Classes,
                Steps = nar ? random.Grid.Sum() - random.Grid.Count + 1
                    : random.Architecture.StartsWith("par", StringComparison.Ordinal) ? random.ParallelTokens + count / random.ParallelTokens - 1 : count,
                HasGenerator = true,
                Transformer = new NarTransformerSize(random.Width, random.Blocks, nar ? 1 : 0, random.Heads, 4 * random.Width),
                Sampling = new NarSampling(),
                Precision = options.Precision == NarPrecision.Auto ? NarPrecision.Float32 : options.Precision,
                ParameterCount = nar ? 1_234_567 : 1_000_000,
            };
        }
    }

    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation)
    {
        Request = request;
        log.Add($"{random.Architecture} {(random.Architecture == "par-c2i" ? random.ParallelTokens : 0)}");
        int samples = request.Classes.Count;
        int[] tokens = Enumerable.Range(0, samples * Info.TokenCount).Select(i => i % random.Vocabulary).ToArray();
        Tamper?.Invoke(random, runs, tokens);
        progress?.Report(new NarProgress("steps", Info.Steps, Info.Steps, tokens.Length, tokens.Length));
        // The timed runs take turns at being slow: only a median is steady.
        double noise = runs++ == 2 ? 5 : 0;
        return new NarGenerationResult { Tokens = tokens, Timings = new NarTimings(7, 0.1 + noise, 0.01 * (Info.Steps - 1), 9) };
    }

    public float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation) => throw new NotSupportedException();

    public int[] Encode(ReadOnlySpan<float> video, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation) => throw new NotSupportedException();

    public void Dispose() => Disposed = true;
}
