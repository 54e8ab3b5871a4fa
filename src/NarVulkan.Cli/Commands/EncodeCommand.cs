using System.CommandLine;
using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk encode</c>: images or clips to tokens.</summary>
internal sealed class EncodeCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private readonly ModelOptions model = new();
    private readonly Option<string[]> input = OptionKinds.Texts(
        "--input", "FILES", "PNG files: images of one size, or the frames of clips in order (also animated PNGs); or one .npy of float32, images [B,3,H,W] in -1..1, clips [B,3,T,H,W] in 0..1");

    private readonly Option<string?> dumpTokens = OptionKinds.Text("--dump-tokens", "F.npy", "write the tokens: int32 [B,N], raster order");
    private readonly EngineOptions engineOptions = new();

    public string Name => "encode";

    public string Description => "turn images or clips into tokens";

    public IReadOnlyList<OptionGroup> Groups =>
        [model.Group, new OptionGroup("Request", input), new OptionGroup("Arrays", dumpTokens), engineOptions.Group, Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("encode --model DIR --input frames/*.png --dump-tokens t.npy", "the tokens of a clip given as its frames"),
        ("encode --image demo --input photo.png --dump-tokens t.npy", "the tokens of an image"),
        ("encode --video demo --input clip.npy", "prints the tokens, one clip (or image) a line"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string[] files = arguments.GetValue(input) is { Length: > 0 } given
            ? given
            : throw new InvalidRequestException("encode needs pictures: give --input FILES (PNG files, or a .npy)");
        LocatedModel located = model.Locate(arguments, console);
        string? dump = arguments.GetValue(dumpTokens);
        Reporter reporter = new(console, verbosity);
        if (located.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        NarMedia media = TokenizerChecks.Require(located.Open(), located);
        IPictureInput pictures = PictureInput.Read(console, files, input.Name);

        RunReport report = new() { Command = Name };
        using IEngineContext context = report.Time("device", () => engine.Open(engineOptions.ReadContext(arguments, console)));
        NarModelInfo info = null!;
        PixelBatch pixels = null!;
        int[] tokens = reporter.Progress.Show(show =>
        {
            using IEngineModel loaded = ModelLoad.Run(
                context, located, new NarLoadOptions { Precision = engineOptions.ReadPrecision(arguments), Generator = false }, report, show);
            info = loaded.Info;
            pixels = pictures.ToPixels(info, modelSize: false);
            show(new WorkState("encoding", null, media.Count(pixels.Count)));
            return report.Time("encode", () => loaded.Encode(pixels.Values, pixels.Count, pixels.Grid, cancellation));
        });
        int tokensPerSample = pixels.TokensOf(info);
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        if (dump is not null)
        {
            NpyFile.Write(console.Resolve(dump), [pixels.Count, tokensPerSample], tokens);
            report.AddFile(dump);
        }
        else if (verbosity.PrintsText)
        {
            foreach (int[] sample in tokens.Chunk(tokensPerSample))
            {
                console.Output.WriteLine(string.Join(' ', sample.Select(id => id.ToString(CultureInfo.InvariantCulture))));
            }
        }
        reporter.Finish(report, json =>
        {
            json.WriteDevice(context.Device);
            json.WriteModel(info, located);
            json.WriteNumber("samples", pixels.Count);
            if (dump is null)
            {
                json.WriteRows("tokens", tokens.Chunk(tokensPerSample));
            }
        });
        return ExitCodes.Done;
    }
}
