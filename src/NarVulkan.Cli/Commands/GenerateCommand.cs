using System.CommandLine;
using System.Security.Cryptography;
using NarVulkan.Cli.Comparison;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Live;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Sampling;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk generate</c>, and <c>narvk</c> without a command: samples tokens and turns them into images or clips.</summary>
internal sealed class GenerateCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private readonly GenerateOptions options = new();

    public string Name => "generate";

    public string Description => "generate images and clips (what narvk does without a command)";

    public IReadOnlyList<OptionGroup> Groups => options.Groups;

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting => options.Reporting;

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("--video ucf --frames 16", "a clip of a class drawn from the seed, as an animated PNG under out/"),
        ("--video demo --class bounce-ball,3-5 --count 2 --seed 7", "two clips of each of four classes, and a contact sheet"),
        ("--image imagenet --class 3 --count 9", "nine images of a class, and a contact sheet"),
        ("--prompt \"a red fox in the snow\" --count 4 --seed 1", "four images of a text, by an installed model that reads text, and a contact sheet"),
        ("--prompt-file prompts.txt --negative \"blurry\" --out images/", "an image for each line"),
        ("--image MODEL --prompts-json evaluation_metadata.jsonl --seed 1 --out geneval/", "four images of each of GenEval's prompts, in the folders that its evaluator reads"),
        ("--model DIR --condition F.npy --condition-mask M.npy", "an image for each text whose features a text encoder has made"),
        ("--image demo --class 3 --keep photo.png --keep-steps 8", "the picture's top left corner, and what the model adds to it"),
        ("--video ucf --class Basketball --format mp4 --scale 2 --out ball.mp4", "a video file, by ffmpeg"),
        ("--video ucf --class Basketball --live", "a window in which the clip grows; needs a display and libglfw3"),
        ("--model DIR --class 0,4,10 --greedy --dump-tokens t.npy", "tokens for other programs"),
        ("--compare", "steps and time of raster, PAR and NAR on this device with random weights; with --image NAME NAR runs its own"),
        ("--image imagenet --samples 50000 --seed 1 --npz samples.npz", "an array for an evaluator; started again after a stop, it goes on"),
        ("--image imagenet --samples 50000 --seed 1 --npz s.npz --shard $SLURM_ARRAY_TASK_ID/64", "one task of a Slurm array 0-63; in a Kubernetes indexed job $JOB_COMPLETION_INDEX/64; then narvk join"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(options.Comparison.Compare))
        {
            new CompareRun(console, engine, ReadComparison(arguments)).Execute(cancellation);
            return ExitCodes.Done;
        }
        OptionRules.Refuse(arguments, options.Comparison.OnlyWithCompare, "is for comparing schedules; add --compare");
        GenerateSettings settings = ReadSettings(arguments);
        if (settings.Live)
        {
            OptionRules.Refuse(arguments, [options.Dumps.Logits], "does not go with --live, which goes step by step and keeps no logits; leave one of them out");
        }
        if (ReadPromptFolder(arguments, settings) is { } folder)
        {
            new PromptFolderRun(console, engine, settings, folder).Execute(cancellation);
        }
        else if (ReadSamples(arguments, settings) is { } many)
        {
            new SampleRun(console, engine, settings, many).Execute(cancellation);
        }
        else if (settings.Live)
        {
            new LiveRun(console, settings).Execute(cancellation);
        }
        else
        {
            new GenerateRun(console, engine, settings).Execute(cancellation);
        }
        return ExitCodes.Done;
    }

    private CompareSettings ReadComparison(ParseResult arguments)
    {
        OptionGroup[] others = [options.Prompts.Group, options.Text.Group, options.Keep.Group, options.Pictures.Group, options.Dumps.Group, options.Watching.Group, options.Many.Group];
        OptionRules.Refuse(
            arguments,
            [.. others.SelectMany(group => group.Options), options.Request.Classes, options.Request.ConditionTokens],
            "does not go with --compare, which times and keeps nothing; leave it out");
        LocatedModel? model = options.Model.IsGiven(arguments) ? options.Model.Locate(arguments, console) : null;
        if (model is not null)
        {
            OptionRules.Refuse(arguments, [options.Comparison.Size, options.Comparison.Grid], "is for random weights, and a model has a size of its own; give one or the other");
        }
        return new CompareSettings
        {
            Model = model,
            Size = arguments.GetValue(options.Comparison.Size),
            // The parser makes an empty array of an option that is not there.
            Grid = arguments.GetValue(options.Comparison.Grid) is { Length: > 0 } grid ? grid : null,
            Count = arguments.GetValue(options.Request.Count) ?? 1,
            Runs = arguments.GetValue(options.Comparison.Runs) ?? CompareOptions.FewestRuns,
            Seed = arguments.GetValue(options.Sampling.Seed) ?? 1,
            Sampling = defaults => options.Sampling.Read(arguments, defaults),
            Context = options.Engine.ReadContext(arguments, console),
            Precision = options.Engine.ReadPrecision(arguments),
            Verbosity = options.Reporting.Read(arguments),
        };
    }

    // Null where there are no records of prompts.
    private PromptFolderSettings? ReadPromptFolder(ParseResult arguments, GenerateSettings settings)
    {
        if (settings.Prompts?.Records is not { } records)
        {
            return null;
        }
        OptionRules.Refuse(
            arguments,
            [
                options.Many.Samples, options.Many.Npz, options.Pictures.Frames, options.Pictures.Format, options.Pictures.Scale, options.Pictures.FramesPerSecond,
                .. options.Dumps.Group.Options, .. options.Keep.Group.Options,
            ],
            "does not go with --prompts-json, which writes a folder of PNG files for each prompt; leave it out");
        if (settings.Pictures.Out is not { } folder)
        {
            throw new InvalidRequestException("--prompts-json needs a place for its folders: give --out DIR");
        }
        if (Path.GetExtension(folder).Equals(".png", StringComparison.OrdinalIgnoreCase) || File.Exists(console.Resolve(folder)))
        {
            throw new InvalidRequestException($"--out: {folder} is a file's name, but --prompts-json writes a folder for each prompt; name a folder");
        }
        int copies = arguments.GetValue(options.Request.Count) ?? PromptFolderSettings.UsualCopies;
        if (copies > PromptFolderSettings.MostSamples / records.Count)
        {
            throw new InvalidRequestException($"--count {copies} of {records.Count} prompts makes more than {PromptFolderSettings.MostSamples} pictures; split them over several runs");
        }
        return new PromptFolderSettings
        {
            Records = records,
            Copies = copies,
            Shard = ReadShard(arguments, records.Count, "prompts of --prompts-json"),
            Folder = folder,
            Batch = arguments.GetValue(options.Many.Batch),
            SeedIsGiven = arguments.GetValue(options.Sampling.Seed) is not null,
            Restart = arguments.GetValue(options.Many.Restart),
        };
    }

    // Null for an ordinary run.
    private SampleSettings? ReadSamples(ParseResult arguments, GenerateSettings settings)
    {
        SampleOptions many = options.Many;
        if (arguments.GetValue(many.Samples) is not { } samples)
        {
            OptionRules.Refuse(arguments, many.OnlyWithSamples, "is for large runs; say how many samples there are in all with --samples N");
            return null;
        }
        OptionRules.Refuse(arguments, [options.Request.Count], "does not go with --samples, which is the number of all samples; leave it out");
        OptionRules.Refuse(
            arguments,
            [
                options.Pictures.Frames, options.Pictures.Format, options.Pictures.Scale, options.Pictures.FramesPerSecond,
                .. options.Dumps.Group.Options, .. options.Keep.Group.Options, options.Watching.Live,
            ],
            "does not go with --samples, which writes --npz FILE and --out DIR; leave it out");
        Shard? shard = ReadShard(arguments, samples, "samples of --samples");
        if (settings.Npz is null && settings.Pictures.Out is null)
        {
            throw new InvalidRequestException("--samples needs a place for the samples: give --npz FILE, --out DIR, or both");
        }
        if (settings.Pictures.Out is { } folder && (Path.GetExtension(folder).Equals(".png", StringComparison.OrdinalIgnoreCase) || File.Exists(console.Resolve(folder))))
        {
            throw new InvalidRequestException($"--out: {folder} is a file's name, but --samples writes a file for each sample; name a folder");
        }
        return new SampleSettings
        {
            Samples = samples,
            Shard = shard,
            SeedIsGiven = arguments.GetValue(options.Sampling.Seed) is not null,
            Batch = arguments.GetValue(many.Batch),
            Restart = arguments.GetValue(many.Restart),
            Npz = settings.Npz,
            Folder = settings.Pictures.Out,
        };
    }

    private Shard? ReadShard(ParseResult arguments, int parts, string ofWhat)
    {
        Shard? shard = arguments.GetValue(options.Many.Shard);
        if (shard is not null && arguments.GetValue(options.Sampling.Seed) is null)
        {
            throw new InvalidRequestException("--shard needs --seed S, the same for all shards: each would draw another one");
        }
        return shard?.Count > parts
            ? throw new InvalidRequestException($"--shard {shard} has more shards than the {parts} {ofWhat}; give each shard one at least")
            : shard;
    }

    private GenerateSettings ReadSettings(ParseResult arguments)
    {
        Verbosity verbosity = options.Reporting.Read(arguments);
        ulong? seed = arguments.GetValue(options.Sampling.Seed);
        // Before the model, which prompts may be left to find: what is wrong with them does not depend on it.
        PromptSettings? prompts = options.Prompts.Read(arguments, console);
        return new GenerateSettings
        {
            Model = options.Model.Locate(arguments, console, forPrompts: prompts is not null),
            Classes = arguments.GetValue(options.Request.Classes),
            Count = arguments.GetValue(options.Request.Count) ?? 1,
            ConditionTokens = arguments.GetValue(options.Request.ConditionTokens),
            Prompts = prompts,
            Text = options.Text.Read(arguments),
            Keep = options.Keep.Read(arguments),
            // Drawn short enough to be typed again.
            Seed = seed ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            // Of a greedy run of given classes the seed decides nothing.
            SeedIsDrawn = seed is null && !(arguments.GetValue(options.Sampling.Greedy) && arguments.GetValue(options.Request.Classes) is not null),
            Sampling = defaults => options.Sampling.Read(arguments, defaults),
            Pictures = options.Pictures.Read(arguments),
            Dumps = options.Dumps.Read(arguments),
            Npz = arguments.GetValue(options.Many.Npz),
            Live = arguments.GetValue(options.Watching.Live),
            Context = options.Engine.ReadContext(arguments, console),
            Precision = options.Engine.ReadPrecision(arguments),
            Verbosity = verbosity,
        };
    }
}
