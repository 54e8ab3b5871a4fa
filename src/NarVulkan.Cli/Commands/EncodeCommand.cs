using System.CommandLine;
using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk encode</c>: clips to tokens.</summary>
internal sealed class EncodeCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private readonly ModelOptions model = new();
    private readonly Option<string[]> input = OptionKinds.Texts(
        "--input", "FILES", "PNG frames in order (or animated PNGs), or one .npy of float32 [B,3,T,H,W] in 0..1");

    private readonly Option<string?> dumpTokens = OptionKinds.Text("--dump-tokens", "F.npy", "write the tokens: int32 [B,N], raster order");
    private readonly EngineOptions engineOptions = new();

    public string Name => "encode";

    public string Description => "turn clips into tokens";

    public IReadOnlyList<OptionGroup> Groups =>
        [model.Group, new OptionGroup("Request", input), new OptionGroup("Arrays", dumpTokens), engineOptions.Group, Reporting.Group];

    public IEnumerable<Option> HiddenOptions => model.Hidden;

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("encode --model DIR --input frames/*.png --dump-tokens t.npy", "the tokens of a clip given as its frames"),
        ("encode --video demo --input clip.npy", "prints the tokens, one clip a line"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string[] files = arguments.GetValue(input) is { Length: > 0 } given
            ? given
            : throw new InvalidRequestException("encode needs clips: give --input FILES (PNG frames, or a .npy)");
        LocatedModel located = model.Locate(arguments, console);
        string? dump = arguments.GetValue(dumpTokens);
        Reporter reporter = new(console, verbosity);
        if (located.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        TokenizerChecks.Require(ModelFolder.Open(located.Directory), located);
        ClipInput clips = ClipInput.Read(console, files);

        RunReport report = new() { Command = Name };
        using IEngineContext context = report.Time("device", () => engine.Open(engineOptions.ReadContext(arguments, console)));
        NarModelInfo info = null!;
        int batch = 0;
        int[] tokens = reporter.Progress.Show(show =>
        {
            using IEngineModel loaded = ModelLoad.Run(
                context, located, new NarLoadOptions { Precision = engineOptions.ReadPrecision(arguments), Generator = false }, report, show);
            info = loaded.Info;
            float[] video = clips.ToVideo(info, out batch);
            show(new WorkState("encoding", null, batch == 1 ? "1 clip" : $"{batch} clips"));
            return report.Time("encode", () => loaded.Encode(video, batch, cancellation));
        });
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        if (dump is not null)
        {
            NpyFile.Write(console.Resolve(dump), [batch, info.TokenCount], tokens);
            report.AddFile(dump);
        }
        else if (verbosity.PrintsText)
        {
            foreach (int[] clip in tokens.Chunk(info.TokenCount))
            {
                console.Output.WriteLine(string.Join(' ', clip.Select(id => id.ToString(CultureInfo.InvariantCulture))));
            }
        }
        reporter.Finish(report, json =>
        {
            json.WriteDevice(context.Device);
            json.WriteModel(info, located);
            json.WriteNumber("samples", batch);
            if (dump is null)
            {
                json.WriteRows("tokens", tokens.Chunk(info.TokenCount));
            }
        });
        return ExitCodes.Done;
    }
}
