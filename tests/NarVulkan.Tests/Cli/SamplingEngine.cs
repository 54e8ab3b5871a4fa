using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Cli.Engine;

namespace NarVulkan.Tests.Cli;

/// <summary>
/// An engine without a device whose samples depend on seed, class (or condition) and random stream alone, as the real one's do: what
/// large runs are tested against. It is its own context and model.
/// </summary>
internal sealed class SamplingEngine(NarMedia media) : IEngine, IEngineContext, IEngineModel
{
    public const int TokenCount = 4, Height = 3, Width = 5, Classes = 5, Vocabulary = 16;

    private readonly int frames = media == NarMedia.Image ? 1 : 2;

    /// <summary>Samples of each request so far.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Told the number of requests so far, before each is answered.</summary>
    public Action<int>? BeforeBatch { get; set; }

    public NarPrecision Precision { get; set; } = NarPrecision.Float32;

    public NarDeviceInfo Device { get; set; } = new(0, "Sampling device", "software", "fake 1.0", "1.3.0", true, null, []);

    public int ConditionTokens { get; set; } = 1;

    public long PeakDeviceBytes => 1;

    public NarModelInfo Info => new()
    {
        Name = "images",
        Architecture = media == NarMedia.Image ? "nar-c2i" : "nar-c2v",
        Media = media,
        Grid = [1, 2, 2],
        TokenCount = TokenCount,
        Vocabulary = Vocabulary,
        ClassCount = ConditionTokens > 1 ? 0 : Classes,
        ConditionTokens = ConditionTokens,
        Steps = 3,
        Frames = frames,
        Height = Height,
        Width = Width,
        HasGenerator = true,
        HasTokenizer = true,
        Sampling = new NarSampling(),
        Precision = Precision,
    };

    public IReadOnlyList<NarDeviceInfo> EnumerateDevices() => [Device];

    public IEngineContext Open(NarContextOptions options) => this;

    public IReadOnlyList<NarSelfTestResult> SelfTest() => [];

    public IEngineModel Load(string directory, NarLoadOptions options) => this;

    public BenchReport Benchmark(BenchSettings settings, Action<BenchProgress> show, CancellationToken cancellation) => throw new NotSupportedException();

    public string RunProgram(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation) => throw new NotSupportedException();

    public IEngineModel CreateRandom(NarRandomModel random, NarLoadOptions options) => throw new NotSupportedException();

    public IEngineTextEncoder LoadText(string directory, NarLoadOptions options) => throw new NotSupportedException();

    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation)
    {
        BeforeBatch?.Invoke(Batches.Count);
        cancellation.ThrowIfCancellationRequested();
        int samples = request.Classes.Count;
        Batches.Add(samples);
        int values = 3 * frames * Height * Width;
        float[] pixels = new float[samples * values];
        for (int i = 0; i < pixels.Length; i++)
        {
            int sample = i / values;
            int condition = request.ConditionTokens?[sample * ConditionTokens] ?? 0;
            int hash = HashCode(request.Seed, request.Classes[sample], request.Streams![sample], condition, i % values);
            // A little beyond the range on both sides, as decoders go.
            pixels[i] = (hash % 1000 / 999f * 2.4f) - 1.2f;
        }
        progress?.Report(new NarProgress("steps", 3, 3, samples * TokenCount, samples * TokenCount));
        return new NarGenerationResult
        {
            Tokens = new int[samples * TokenCount],
            Frames = request.DecodeFrames ? pixels : null,
            Timings = new NarTimings(0, 0.1, 0.2, 0.3),
        };
    }

    public float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation) => throw new NotSupportedException();

    public int[] Encode(ReadOnlySpan<float> video, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    // FNV-1a, so that it is the same in every process.
    private static int Mix(params ReadOnlySpan<ulong> values)
    {
        ulong hash = 14695981039346656037;
        foreach (ulong value in values)
        {
            for (int i = 0; i < 8; i++)
            {
                hash = (hash ^ (value >> (8 * i) & 0xFF)) * 1099511628211;
            }
        }
        return (int)(hash >> 33);
    }

    private static int HashCode(ulong seed, int label, uint stream, int condition, int index) =>
        Mix(seed, unchecked((ulong)label), stream, (ulong)condition, (ulong)index);
}
