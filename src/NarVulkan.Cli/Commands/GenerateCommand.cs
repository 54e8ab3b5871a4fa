using System.CommandLine;
using System.Security.Cryptography;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk generate</c>, and <c>narvk</c> without a command: samples tokens and turns them into images or clips.</summary>
internal sealed class GenerateCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private readonly GenerateOptions options = new();

    public string Name => "generate";

    public string Description => "generate images and clips (what narvk does without a command)";

    public IReadOnlyList<OptionGroup> Groups => options.Groups;

    public IEnumerable<Option> HiddenOptions => options.Hidden;

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting => options.Reporting;

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("--video ucf --frames 16", "a clip of a class drawn from the seed, as an animated PNG under out/"),
        ("--video demo --class bounce-ball,3-5 --count 2 --seed 7", "two clips of each of four classes, and a contact sheet"),
        ("--image imagenet --class 3 --count 9", "nine images of a class, and a contact sheet"),
        ("--model DIR --condition F.npy --condition-mask M.npy", "an image for each text whose features a text encoder has made"),
        ("--image demo --class 3 --keep photo.png --keep-steps 8", "the picture's top left corner, and what the model adds to it"),
        ("--video ucf --class Basketball --format mp4 --scale 2 --out ball.mp4", "a video file, by ffmpeg"),
        ("--model DIR --class 0,4,10 --greedy --dump-tokens t.npy", "tokens for other programs"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        new GenerateRun(console, engine, ReadSettings(arguments)).Execute(cancellation);
        return ExitCodes.Done;
    }

    private GenerateSettings ReadSettings(ParseResult arguments)
    {
        Verbosity verbosity = options.Reporting.Read(arguments);
        ulong? seed = arguments.GetValue(options.Sampling.Seed);
        return new GenerateSettings
        {
            Model = options.Model.Locate(arguments, console),
            Classes = arguments.GetValue(options.Request.Classes),
            Count = arguments.GetValue(options.Request.Count) ?? 1,
            ConditionTokens = arguments.GetValue(options.Request.ConditionTokens),
            Text = options.Text.Read(arguments),
            Keep = options.Keep.Read(arguments),
            // Drawn short enough to be typed again.
            Seed = seed ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            // Of a greedy run of given classes the seed decides nothing.
            SeedIsDrawn = seed is null && !(arguments.GetValue(options.Sampling.Greedy) && arguments.GetValue(options.Request.Classes) is not null),
            Sampling = defaults => options.Sampling.Read(arguments, defaults),
            Pictures = options.Pictures.Read(arguments),
            Dumps = options.Dumps.Read(arguments),
            Context = options.Engine.ReadContext(arguments, console),
            Precision = options.Engine.ReadPrecision(arguments),
            Verbosity = verbosity,
        };
    }
}
