using System.CommandLine;
using System.CommandLine.Parsing;
using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Subjects;
using NarVulkan.Cli.Benchmarking;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk bench</c>: verifies, then times kernels, steps, generations and start-up.</summary>
internal sealed class BenchCommand(CliConsole console, IEngine engine) : ICliCommand
{
    /// <summary>What runs where no model is named and no demo is installed: small enough for every device.</summary>
    private const string DefaultRandom = "nar-s-ucf";

    private const string ParallelArchitecture = "par-c2i";

    private const BenchParts DefaultParts = BenchParts.Kernels | BenchParts.Steps | BenchParts.Generation | BenchParts.Startup;

    private const float RandomGuidance = 1.25f;

    private readonly BenchOptions options = new();

    public string Name => "bench";

    public string Description => "verify, then time kernels, steps, generations and start-up";

    public IReadOnlyList<OptionGroup> Groups => [.. options.Groups, Reporting.Group];

    public IEnumerable<Option> HiddenOptions => options.Hidden;

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("bench", "everything about the demo video model on the best device"),
        ("bench --random-weights nar-lp-ucf --batch 1,4,16", "the work of a published model without its files"),
        ("bench --image imagenet --only generation --json", "images per second, for a script"),
        ("bench --suite matmul,attention", "kernels at fixed shapes"),
        ("bench --random-weights nar-c2v:384x12x6 --grid 4,8,8 --cfg 1", "any other size"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        if (arguments.GetValue(options.List))
        {
            WriteList(verbosity);
            return ExitCodes.Done;
        }
        BenchRequested requested = Read(arguments, verbosity);
        if (arguments.GetValue(options.Probe))
        {
            new StartupProbe(console, engine, requested).Execute(cancellation);
        }
        else
        {
            new BenchRun(console, engine, requested).Execute(cancellation);
        }
        return ExitCodes.Done;
    }

    private void WriteList(Verbosity verbosity)
    {
        if (verbosity.Json)
        {
            JsonReport.Write(console.Output, json => json.WriteStrings("names", PublishedModels.All.Select(model => model.Name)));
        }
        else if (verbosity.PrintsText)
        {
            console.Output.Write(TextTable.Columns([.. PublishedModels.All.Select(model => new[]
            {
                model.Name, model.Title, $"width {model.Random.Width}, {model.Random.Blocks} blocks, {model.Random.Heads} heads",
            })]));
        }
    }

    private BenchRequested Read(ParseResult arguments, Verbosity verbosity)
    {
        IReadOnlyList<Benchmarks.Kernels.KernelSuite> suites = arguments.GetValue(options.Suite) ?? [];
        BenchParts[] only = arguments.GetValue(options.Only) ?? [];
        bool named = options.Model.IsGiven(arguments) || arguments.GetValue(options.RandomWeights) is not null;
        // Fixed shapes need no model, unless one is named.
        bool needsModel = suites.Count == 0 || only.Length > 0 || named || arguments.GetValue(options.Tune) || arguments.GetValue(options.Decode);
        BenchParts parts = only.Length > 0 ? only.Aggregate(BenchParts.None, (all, part) => all | part) : needsModel ? DefaultParts : BenchParts.None;
        if (arguments.GetValue(options.Decode))
        {
            parts |= BenchParts.Decode;
        }
        if (!needsModel)
        {
            OptionRules.Refuse(arguments, options.OnlyWithAModel, "is for the shapes of a model, and those of --suite are fixed; name a model or leave it out");
        }
        NarRandomModel? random = null;
        LocatedModel? located = null;
        string? subject = null;
        if (arguments.GetValue(options.RandomWeights) is { } name)
        {
            OptionRules.Refuse(arguments, [.. options.Model.Group.Options], "names a model, and --random-weights makes one; give one of them");
            (random, subject) = (Resized(arguments, Published(name)), name);
        }
        else
        {
            OptionRules.Refuse(arguments, options.OnlyWithRandomWeights, "is for random weights; name a size with --random-weights");
            located = !needsModel && parts == BenchParts.None ? null : named ? options.Model.Locate(arguments, console) : Demo(arguments);
            if (located is null && needsModel)
            {
                (random, subject) = (Published(DefaultRandom), DefaultRandom);
            }
        }
        if (located is not null && located.Open().Generator is null)
        {
            throw new InvalidRequestException($"{located.Directory} has only a tokenizer, so there is no generation to time; narvk bench --suite conv,vq times tokenizers");
        }
        return new BenchRequested
        {
            Subject = subject ?? (located is null ? "" : Path.GetFileName(located.Directory)),
            SubjectArguments = SubjectArguments(arguments, random is null ? null : subject, located),
            Notice = located?.Notice,
            Context = options.Engine.ReadContext(arguments, console),
            Verbosity = verbosity,
            Settings = new BenchSettings
            {
                Parts = parts,
                Directory = located?.Directory,
                Verify = arguments.GetValue(options.Model.Verify),
                Random = random,
                Suites = suites,
                Runs = arguments.GetValue(options.Runs) ?? BenchOptions.DefaultRuns,
                Batches = arguments.GetValue(options.Batch) is { Length: > 0 } batches ? batches : [1],
                Guidance = arguments.GetValue(options.Guidance) ?? (random is null ? null : RandomGuidance),
                Precision = options.Engine.ReadPrecision(arguments),
                AllShapes = arguments.GetValue(options.AllShapes),
                Tune = arguments.GetValue(options.Tune),
            },
        };
    }

    // The bundled model where it lies; it does not travel with every build.
    private LocatedModel? Demo(ParseResult arguments)
    {
        try
        {
            return new ModelLocator(console, arguments.GetValue(options.Model.Weights)).Named("demo", NarMedia.Video);
        }
        catch (ModelFileException) when (arguments.GetValue(options.Model.Weights) is null)
        {
            return null;
        }
    }

    private static NarRandomModel Published(string name) => PublishedModels.Find(name)?.Random ?? throw new InvalidRequestException(
        $"--random-weights: there is no published model '{name}'{NearestNames.Hint(name, PublishedModels.Names)}; 'narvk bench --list' shows them all, and ARCHITECTURE:WIDTHxBLOCKSxHEADS makes any other");

    private NarRandomModel Resized(ParseResult arguments, NarRandomModel random)
    {
        if (random.Architecture != ParallelArchitecture)
        {
            OptionRules.Refuse(arguments, [options.ParallelTokens], $"is for PAR, and {arguments.GetValue(options.RandomWeights)} is no such model; 'narvk bench --list' shows them");
        }
        return random with
        {
            Grid = arguments.GetValue(options.Grid) is { Length: > 0 } grid ? grid : random.Grid,
            Vocabulary = arguments.GetValue(options.Vocabulary) ?? random.Vocabulary,
            Classes = arguments.GetValue(options.Classes) ?? random.Classes,
            ParallelTokens = arguments.GetValue(options.ParallelTokens) ?? random.ParallelTokens,
        };
    }

    /// <summary>The same model, device and guidance for another process.</summary>
    private List<string> SubjectArguments(ParseResult arguments, string? random, LocatedModel? located)
    {
        List<string> words = random is not null ? ["--random-weights", random] : located is not null ? ["--model", located.Directory] : [];
        foreach (Option option in (Option[])[.. options.OnlyWithRandomWeights, options.Guidance, options.Engine.Device, options.Engine.Precision])
        {
            if (arguments.GetResult(option) is OptionResult { Implicit: false } result)
            {
                words.AddRange([option.Name, result.Tokens[0].Value]);
            }
        }
        if (options.Engine.ReadContext(arguments, console).ShaderDirectory is { } shaders)
        {
            words.AddRange([options.Engine.ShaderDirectory.Name, shaders]);
        }
        return words;
    }
}
