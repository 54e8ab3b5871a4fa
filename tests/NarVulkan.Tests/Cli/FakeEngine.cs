using NarVulkan.Cli.Engine;

namespace NarVulkan.Tests.Cli;

/// <summary>
/// An engine without a device: its tokens and frames are simple functions of the request, so that tests can tell which sample went into
/// which file. It is its own context and model.
/// </summary>
internal sealed class FakeEngine : IEngine, IEngineContext, IEngineModel
{
    public const int TokenCount = 8;
    public const int Vocabulary = 4;
    public const int FrameCount = 4;
    public const int Height = 6;
    public const int Width = 5;

    public static readonly string[] ClassNames = ["bounce-ball", "jump-square", "Orbit Star", "zoom-in-ring", "zoom-out-ring"];

    public NarDeviceInfo Device { get; } = new(0, "Fake device", "software", "fake 1.0", "1.3.0", true, null, [new("largest buffer", "128 MiB")]);

    public IReadOnlyList<NarDeviceInfo> Devices { get; set; }

    public IReadOnlyList<NarSelfTestResult> Tests { get; set; } = [new("matmul_tiled", true, "largest difference 1e-7")];

    public Exception? OpenFailure { get; set; }

    public NarGenerationRequest? Request { get; private set; }

    public NarLoadOptions? LoadOptions { get; private set; }

    public NarContextOptions? ContextOptions { get; private set; }

    public string? LoadedDirectory { get; private set; }

    public float[]? EncodedVideo { get; private set; }

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
        Architecture = "nar-c2v",
        Media = NarMedia.Video,
        Grid = [2, 2, 2],
        TokenCount = TokenCount,
        Vocabulary = Vocabulary,
        ClassCount = Classes,
        ClassNames = Classes == ClassNames.Length ? ClassNames : null,
        ConditionTokens = Conditions,
        Steps = 4,
        Frames = LoadOptions!.Tokenizer ? FrameCount : 0,
        Height = LoadOptions.Tokenizer ? Height : 0,
        Width = LoadOptions.Tokenizer ? Width : 0,
        HasGenerator = LoadOptions.Generator,
        HasTokenizer = LoadOptions.Tokenizer,
        Sampling = new NarSampling { GuidanceScale = 2.5f, Temperature = 0.7f },
        Precision = NarPrecision.Float32,
        ParameterCount = ParameterCount,
        WeightBytes = WeightBytes,
    };

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

    /// <summary>Token t of the sample with stream s is (s + class + t) mod V; every pixel of frame f is (stream + f / 10) / 10.</summary>
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
            Frames = request.DecodeFrames ? Video(samples) : null,
            Timings = new NarTimings(0.1, 0.2, 0.3, 0.4),
        };
    }

    public float[] Decode(ReadOnlySpan<int> tokens, int batch, CancellationToken cancellation) => Video(batch);

    public int[] Encode(ReadOnlySpan<float> video, int batch, CancellationToken cancellation)
    {
        EncodedVideo = video.ToArray();
        return Enumerable.Range(0, batch * TokenCount).ToArray();
    }

    public void Dispose()
    {
    }

    /// <summary>What every channel of a pixel of <see cref="Generate"/> is, as a byte in a file.</summary>
    public static byte Shade(int stream, int frame) => (byte)(Math.Min((stream + frame / 10f) / 10f, 1f) * 255f);

    private static float[] Video(int samples)
    {
        const int area = Height * Width;
        float[] video = new float[samples * 3 * FrameCount * area];
        for (int i = 0; i < video.Length; i++)
        {
            int frame = i / area % FrameCount;
            int sample = i / (area * FrameCount * 3);
            video[i] = (sample + frame / 10f) / 10f;
        }
        return video;
    }
}
