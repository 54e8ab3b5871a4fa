using System.CommandLine;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk decode</c>: tokens to clips.</summary>
internal sealed class DecodeCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private readonly ModelOptions model = new();
    private readonly Option<string?> tokens = OptionKinds.Text("--tokens", "F.npy", "the tokens: int32 [B,N], raster order, as --dump-tokens writes them");
    private readonly Option<string?> grid = OptionKinds.Later("--grid", "decode images; the grid of a video comes from its tokenizer");
    private readonly PictureOptions pictures = new();
    private readonly EngineOptions engineOptions = new();

    public string Name => "decode";

    public string Description => "turn tokens into clips";

    public IReadOnlyList<OptionGroup> Groups =>
    [
        model.Group,
        new OptionGroup("Request", tokens),
        pictures.Group,
        new OptionGroup("Arrays", pictures.DumpFrames),
        engineOptions.Group,
        Reporting.Group,
    ];

    public IEnumerable<Option> HiddenOptions => [.. model.Hidden, grid];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("decode --model DIR --tokens t.npy --out clips/", "animated PNGs of the clips, and a contact sheet"),
        ("decode --video demo --tokens t.npy --dump-frames f.npy", "the decoder's exact output"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string typed = arguments.GetValue(tokens) ?? throw new InvalidRequestException("decode needs tokens: give --tokens F.npy");
        LocatedModel located = model.Locate(arguments, console);
        PictureSettings settings = pictures.Read(arguments);
        string? dump = arguments.GetValue(pictures.DumpFrames);
        OutputChecks.RequireDistinct(console, ("--dump-frames", dump), ("--out", settings.Out));
        Reporter reporter = new(console, verbosity);
        if (located.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        TokenizerChecks.Require(ModelFolder.Open(located.Directory), located);
        ClipWriter writer = new(console, settings);
        NpyArray array = NpyFile.Read(console.Resolve(typed));
        int[] ids = array.ToInts();

        RunReport report = new() { Command = Name };
        using IEngineContext context = report.Time("device", () => engine.Open(engineOptions.ReadContext(arguments, console)));
        NarModelInfo info = null!;
        int batch = 0;
        float[] video = reporter.Progress.Show(show =>
        {
            using IEngineModel loaded = ModelLoad.Run(
                context, located, new NarLoadOptions { Precision = engineOptions.ReadPrecision(arguments), Generator = false }, report, show);
            info = loaded.Info;
            batch = CheckTokens(array, typed, info, settings);
            show(new WorkState("decoding", null, batch == 1 ? "1 clip" : $"{batch} clips"));
            return report.Time("decode", () => loaded.Decode(ids, batch, cancellation));
        });
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        report.AddFiles(report.Time("write", () => Write(video, batch, info, dump, writer, cancellation)));
        reporter.Finish(report, json =>
        {
            json.WriteDevice(context.Device);
            json.WriteModel(info, located);
            json.WriteNumber("samples", batch);
        });
        return ExitCodes.Done;
    }

    private static int CheckTokens(NpyArray array, string typed, NarModelInfo info, PictureSettings settings)
    {
        if (settings.Frames > info.Frames)
        {
            throw new InvalidRequestException($"--frames {settings.Frames} is more than {info.Name} makes: give 1 to {info.Frames}");
        }
        IReadOnlyList<int> shape = array.Shape;
        bool fits = shape.Count is 1 or 2 && shape[^1] == info.TokenCount && shape[0] > 0;
        return fits
            ? shape.Count == 1 ? 1 : shape[0]
            : throw new InvalidRequestException($"{typed}: has shape [{string.Join(", ", shape)}], but {info.Name} needs [B, {info.TokenCount}]");
    }

    private IReadOnlyList<string> Write(float[] video, int batch, NarModelInfo info, string? dump, ClipWriter writer, CancellationToken cancellation)
    {
        List<string> written = [];
        if (dump is not null)
        {
            NpyFile.Write(console.Resolve(dump), [batch, 3, info.Frames, info.Height, info.Width], video);
            written.Add(dump);
        }
        written.AddRange(writer.Write(
            new ClipBatch
            {
                Model = info.Name,
                Labels = Enumerable.Repeat("decoded", batch).ToList(),
                Video = video,
                Frames = info.Frames,
                Height = info.Height,
                Width = info.Width,
            },
            cancellation));
        return written;
    }
}
