using System.CommandLine;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk decode</c>: tokens to images or clips.</summary>
internal sealed class DecodeCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private const int LongestSide = 4096;

    private readonly ModelOptions model = new();
    private readonly Option<string?> tokens = OptionKinds.Text("--tokens", "F.npy", "the tokens: int32 [B,N], raster order, as --dump-tokens writes them");
    private readonly Option<(int Rows, int Columns)?> grid = OptionKinds.Grid(
        "--grid", "images: rows and columns of tokens (default: the generator's, without one a square)", LongestSide);

    private readonly PictureOptions pictures = new();
    private readonly EngineOptions engineOptions = new();

    public string Name => "decode";

    public string Description => "turn tokens into images or clips";

    public IReadOnlyList<OptionGroup> Groups =>
    [
        model.Group,
        new OptionGroup("Request", tokens, grid),
        pictures.Group,
        new OptionGroup("Arrays", pictures.DumpFrames),
        engineOptions.Group,
        Reporting.Group,
    ];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("decode --model DIR --tokens t.npy --out clips/", "animated PNGs of the clips, and a contact sheet"),
        ("decode --model DIR --tokens t.npy --grid 16,24", "images that are wider than they are high"),
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
        ModelFolder folder = located.Open();
        NarMedia media = TokenizerChecks.Require(folder, located);
        PictureChecks.RequireFitting(settings, media, folder.Name);
        PictureWriter writer = new(console, settings, media);
        TokenRows rows = TokenRows.From(NpyFile.Read(console.Resolve(typed)), typed);
        int[]? sides = GridOf(rows, folder, media, arguments.GetValue(grid));

        RunReport report = new() { Command = Name };
        using IEngineContext context = report.Time("device", () => engine.Open(engineOptions.ReadContext(arguments, console)));
        NarModelInfo info = null!;
        float[] pixels = reporter.Progress.Show(show =>
        {
            using IEngineModel loaded = ModelLoad.Run(
                context, located, new NarLoadOptions { Precision = engineOptions.ReadPrecision(arguments), Generator = false }, report, show);
            info = Sized(loaded.Info, sides);
            PictureChecks.RequireFrames(settings, info);
            CheckTokens(rows, info);
            show(new WorkState("decoding", null, media.Count(rows.Rows)));
            return report.Time("decode", () => loaded.Decode(rows.Values, rows.Rows, sides, cancellation));
        });
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        report.AddFiles(report.Time("write", () => Write(pixels, rows.Rows, info, dump, writer, cancellation)));
        reporter.Finish(report, json =>
        {
            json.WriteDevice(context.Device);
            json.WriteModel(info, located);
            json.WriteNumber("samples", rows.Rows);
        });
        return ExitCodes.Done;
    }

    // Null for videos, whose tokenizers know one grid only.
    private static int[]? GridOf(TokenRows rows, ModelFolder folder, NarMedia media, (int Rows, int Columns)? asked)
    {
        if (media == NarMedia.Video)
        {
            return asked is null
                ? null
                : throw new InvalidRequestException($"--grid is for images, and {folder.Name} makes videos, whose grid comes from the tokenizer; leave it out");
        }
        if (asked is (var askedRows, var askedColumns))
        {
            return askedRows * askedColumns == rows.Width
                ? [askedRows, askedColumns]
                : throw new InvalidRequestException($"{rows.File}: has shape {rows.Shape}, but --grid {askedRows},{askedColumns} needs [B, {askedRows * askedColumns}]");
        }
        if (folder.Generator is { } generator)
        {
            (int height, int width) = (generator.Grid[0], generator.Grid[1]);
            return height * width == rows.Width
                ? [height, width]
                : throw new InvalidRequestException(
                    $"{rows.File}: has shape {rows.Shape}, but {folder.Name} makes {height}x{width} tokens, [B, {height * width}]; for images of another size give --grid R,C");
        }
        int side = (int)Math.Sqrt(rows.Width);
        return side > 0 && side * side == rows.Width
            ? [side, side]
            : throw new InvalidRequestException($"{rows.File}: has shape {rows.Shape}, which is no square of tokens; give rows and columns with --grid R,C");
    }

    // The model as it is for this grid, where it takes any.
    private static NarModelInfo Sized(NarModelInfo info, int[]? sides) => sides is null ? info : info with
    {
        Grid = [1, .. sides],
        TokenCount = sides[0] * sides[1],
        Height = sides[0] * info.PixelsPerToken,
        Width = sides[1] * info.PixelsPerToken,
    };

    private static void CheckTokens(TokenRows rows, NarModelInfo info)
    {
        rows.RequireWidth(info.TokenCount, info.Name);
        rows.RequireCodes(info);
        long most = Array.MaxLength / (3L * info.Frames * info.Height * info.Width);
        if (rows.Rows > most)
        {
            throw new InvalidRequestException($"{rows.File}: holds {rows.Rows} samples, more than one run can decode, which is {most}; split the file");
        }
    }

    private IReadOnlyList<string> Write(float[] pixels, int samples, NarModelInfo info, string? dump, PictureWriter writer, CancellationToken cancellation)
    {
        List<string> written = [];
        if (dump is not null)
        {
            NpyFile.Write(console.Resolve(dump), [samples, .. info.Media.ShapeOf(info.Frames, info.Height, info.Width)], pixels);
            written.Add(dump);
        }
        written.AddRange(writer.Write(
            new PictureBatch
            {
                Model = info.Name,
                Labels = Enumerable.Repeat("decoded", samples).ToList(),
                Media = info.Media,
                Pixels = pixels,
                Frames = info.Frames,
                Height = info.Height,
                Width = info.Width,
            },
            cancellation));
        return written;
    }
}
