using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;

namespace NarVulkan.Tests.Cli;

/// <summary>
/// An engine without a device: its tokens and frames are simple functions of the request, so that tests can tell which sample went into
/// which file. It is its own context and model; a folder of an image model makes it one for images.
/// </summary>
internal sealed class FakeEngine : IEngine, IEngineContext, IEngineModel
{
    public const int TokenCount = 8;
    public const int Vocabulary = 4;
    public const int FrameCount = 4;
    public const int Height = 6;
    public const int Width = 5;
    public const int ImageWidth = 12;
    public const int PixelsPerToken = 3;
    public const int TextFeatureWidth = 2;

    public static readonly NarTransformerSize Transformer = new(Width: 64, Blocks: 3, ExtraHeadBlocks: 2, Heads: 2, FeedForward: 192);

    public static readonly string[] ClassNames = ["bounce-ball", "jump-square", "Orbit Star", "zoom-in-ring", "zoom-out-ring"];

    public NarDeviceInfo Device { get; set; } = new(0, "Fake device", "software", "fake 1.0", "1.3.0", true, null, [new("largest buffer", "128 MiB")]);

    public IReadOnlyList<NarDeviceInfo> Devices { get; set; }

    public IReadOnlyList<NarSelfTestResult> Tests { get; set; } = [new("matmul_tiled", true, "largest difference 1e-7")];

    public Exception? OpenFailure { get; set; }

    public NarGenerationRequest? Request { get; private set; }

    public NarLoadOptions? LoadOptions { get; private set; }

    public NarContextOptions? ContextOptions { get; private set; }

    public string? LoadedDirectory { get; private set; }

    public float[]? EncodedPixels { get; private set; }

    /// <summary>The grid that was asked for with the last <see cref="Encode"/> or <see cref="Decode"/>.</summary>
    public IReadOnlyList<int>? Grid { get; private set; }

    public int[]? DecodedTokens { get; private set; }

    /// <summary>What happens while a generation runs; null for nothing.</summary>
    public Action? DuringGeneration { get; set; }

    public int Conditions { get; set; } = 1;

    public int Classes { get; set; } = ClassNames.Length;

    public long ParameterCount { get; set; } = 1000;

    public long WeightBytes { get; set; } = 4000;

    public FakeEngine() => Devices = [Device];

    public long PeakDeviceBytes => 12345;

    public NarModelInfo Info => new()
    {
        Name = Path.GetFileName(LoadedDirectory!),
        Architecture = Folder.Generator?.Architecture.Name() ?? Folder.Tokenizer!.KindName(),
        Media = Media,
        // A tokenizer for images takes any grid.
        Grid = IsVideo ? [2, 2, 2] : LoadOptions!.Generator ? [1, 2, 4] : [],
        TokenCount = IsVideo || LoadOptions!.Generator ? TokenCount : 0,
        Vocabulary = Vocabulary,
        ClassCount = ReadsText ? 0 : Classes,
        ClassNames = Classes == ClassNames.Length && !ReadsText ? ClassNames : null,
        ConditionTokens = Conditions,
        Transformer = LoadOptions!.Generator ? Transformer : null,
        TextFeatureWidth = ReadsText ? TextFeatureWidth : 0,
        Schedule = "near-to-far",
        Steps = IsVideo ? 4 : 5,
        TokensPerStep = IsVideo ? [1, 3, 3, 1] : [1, 2, 2, 2, 1],
        Frames = !LoadOptions!.Tokenizer ? 0 : IsVideo ? FrameCount : 1,
        Height = LoadOptions.Tokenizer && (IsVideo || LoadOptions.Generator) ? Height : 0,
        Width = !LoadOptions.Tokenizer ? 0 : IsVideo ? Width : LoadOptions.Generator ? ImageWidth : 0,
        PixelsPerToken = IsVideo ? 0 : PixelsPerToken,
        HasGenerator = LoadOptions.Generator,
        HasTokenizer = LoadOptions.Tokenizer,
        Sampling = new NarSampling { GuidanceScale = 2.5f, Temperature = 0.7f },
        Precision = NarPrecision.Float32,
        ParameterCount = ParameterCount,
        WeightBytes = WeightBytes,
    };

    private ModelFolder Folder => ModelFolder.Open(LoadedDirectory!);

    private NarMedia Media => Folder.MediaOf()!.Value;

    private bool IsVideo => Media == NarMedia.Video;

    private bool ReadsText => Folder.Generator?.Architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage;

    public IReadOnlyList<NarDeviceInfo> EnumerateDevices() => OpenFailure is null ? Devices : throw OpenFailure;

    public IEngineContext Open(NarContextOptions options)
    {
        ContextOptions = options;
        return OpenFailure is null ? this : throw OpenFailure;
    }

    public IReadOnlyList<NarSelfTestResult> SelfTest() => Tests;

    public IEngineModel Load(string directory, NarLoadOptions options)
    {
        LoadedDirectory = directory;
        LoadOptions = options;
        options.Progress?.Invoke(new NarLoadProgress(1, 1));
        return this;
    }

    /// <summary>Tokens of the text encoder's features; null for what the generator takes.</summary>
    public int? TextTokens { get; set; }

    /// <summary>Prompts that were encoded, in order.</summary>
    public List<string> EncodedPrompts { get; } = [];

    public IEngineTextEncoder LoadText(string directory, NarLoadOptions options) => new FakeTextEncoder(this, TextTokens ?? Conditions, TextFeatureWidth);

    /// <summary>The random models that were asked for, in order; each logs its runs to <see cref="RandomRuns"/>.</summary>
    public List<FakeRandomModel> Randoms { get; } = [];

    public List<string> RandomRuns { get; } = [];

    public IEngineModel CreateRandom(NarRandomModel random, NarLoadOptions options)
    {
        FakeRandomModel model = new(random, options, RandomRuns);
        Randoms.Add(model);
        return model;
    }

    /// <summary>The benchmark that was asked for last.</summary>
    public BenchSettings? BenchSettings { get; private set; }

    /// <summary>Command lines and environments of the processes that were asked for.</summary>
    public List<(string CommandLine, IReadOnlyDictionary<string, string> Environment)> Processes { get; } = [];

    public BenchReport Benchmark(BenchSettings settings, Action<BenchProgress> show, CancellationToken cancellation)
    {
        BenchSettings = settings;
        show(new BenchProgress("kernels", 0.5, "one"));
        DuringGeneration?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        return FakeBenchReport.For(settings, Device);
    }

    /// <summary>A process that takes 0.25 s longer to its first token when its cache folder is new.</summary>
    public string RunProgram(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        bool cold = Processes.TrueForAll(other => other.Environment["XDG_CACHE_HOME"] != environment["XDG_CACHE_HOME"]);
        Processes.Add((string.Join(' ', arguments), environment));
        return $$"""{ "firstToken": {{(cold ? "0.75" : "0.5")}}, "phases": { "runtime": 0.125, "prefill": 0.25 } }""";
    }

    /// <summary>Token t of the sample with stream s is (s + class + t) mod V; every pixel of frame f is (s + f / 10) / 10.</summary>
    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation)
    {
        Request = request;
        DuringGeneration?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        int samples = request.Classes.Count;
        progress?.Report(new NarProgress("steps", 4, 4, samples * TokenCount, samples * TokenCount));
        return new NarGenerationResult
        {
            Tokens = Enumerable.Range(0, samples * TokenCount)
                .Select(i => Math.Abs(i / TokenCount + request.Classes[i / TokenCount] + i % TokenCount) % Vocabulary).ToArray(),
            Logits = request.KeepLogits ? Enumerable.Range(0, samples * TokenCount * Vocabulary).Select(i => (float)(i / (TokenCount * Vocabulary))).ToArray() : null,
            Frames = request.DecodeFrames ? Pixels(samples, Info.Frames, Info.Height, Info.Width) : null,
            Timings = new NarTimings(0.1, 0.2, 0.3, 0.4),
        };
    }

    public float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation)
    {
        (DecodedTokens, Grid) = (tokens.ToArray(), grid);
        return IsVideo
            ? Pixels(batch, FrameCount, Height, Width)
            : Pixels(batch, 1, grid![0] * PixelsPerToken, grid[1] * PixelsPerToken);
    }

    /// <summary>Token i of the batch is i, modulo the codebook for images.</summary>
    public int[] Encode(ReadOnlySpan<float> pixels, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation)
    {
        (EncodedPixels, Grid) = (pixels.ToArray(), grid);
        return IsVideo
            ? Enumerable.Range(0, batch * TokenCount).ToArray()
            : Enumerable.Range(0, batch * grid![0] * grid[1]).Select(i => i % Vocabulary).ToArray();
    }

    public void Dispose()
    {
    }

    /// <summary>What every channel of a pixel of a video of <see cref="Generate"/> is, as a byte in a file.</summary>
    public static byte Shade(int sample, int frame) => (byte)(Math.Min((sample + frame / 10f) / 10f, 1f) * 255f);

    /// <summary>What every channel of a pixel of an image is, as a byte in a file.</summary>
    public static byte ImageShade(int sample) => (byte)Math.Min(127.5f * (sample / 10f) + 128, 255);

    private static float[] Pixels(int samples, int frames, int height, int width)
    {
        int area = height * width;
        float[] pixels = new float[samples * 3 * frames * area];
        for (int i = 0; i < pixels.Length; i++)
        {
            int frame = i / area % frames;
            int sample = i / (area * frames * 3);
            pixels[i] = (sample + frame / 10f) / 10f;
        }
        return pixels;
    }
}
