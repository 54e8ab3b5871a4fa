using System.CommandLine;
using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;
using NarVulkan.Conversion;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk convert</c>: a checkpoint of any supported format to one safetensors file.</summary>
internal sealed class ConvertCommand : ICliCommand
{
    private const string Extension = ".safetensors";

    /// <summary>Damaged tensors that have a line of their own: of a model whose training diverged all are.</summary>
    private const int MostWarnings = 8;

    private readonly CliConsole console;
    private readonly Argument<string?> source = new("IN")
    {
        Description = "a .pt, .pth, .bin or .safetensors file, or a sharded index",
        // Zero is allowed here so that the program can say in its own words what is missing.
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> target = new("OUT.safetensors")
    {
        Description = "the file to write; it appears whole or not at all",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> precision = OptionKinds.Text(
        "--precision", string.Join("|", ConversionPrecision.All.Select(each => each.Name)),
        "type of the matrices (default: as in the file); norms, biases, position tables and codebooks keep theirs in the 16-bit ones");

    private readonly Option<bool> verify = OptionKinds.Flag("--verify", "write nothing if a value is not a finite number; without it such values are kept, with a warning");

    public ConvertCommand(CliConsole console) => this.console = console;

    public string Name => "convert";

    public string Description => "a checkpoint to safetensors, in another precision where asked";

    public IReadOnlyList<OptionGroup> Groups => [new("Conversion", precision, verify), Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [source, target];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("convert epoch-last.pth generator.safetensors --precision fp16", "half the size, faster to load, the same tokens as with --precision fp16"),
        ("convert pytorch_model.bin.index.json model.safetensors", "the shards of a hub folder as one file"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string input = arguments.GetValue(source) ?? throw new InvalidRequestException("convert needs a file and a file to write: narvk convert IN OUT.safetensors");
        string output = arguments.GetValue(target) ?? throw new InvalidRequestException($"convert needs a file to write: narvk convert {input} OUT{Extension}");
        if (!output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException($"{output}: is no name of a safetensors file; end it in {Extension}");
        }
        ConversionPrecision chosen = Find(arguments.GetValue(precision));
        RunReport report = new() { Command = Name };
        Reporter reporter = new(console, verbosity);
        using WeightFile file = WeightFile.Open(console.Resolve(input));
        ConversionResult result = reporter.Progress.Show(show => report.Time("convert", () => WeightConversion.Convert(
            file,
            console.Resolve(output),
            chosen,
            (done, total) => show(new WorkState("converting", total > 0 ? (double)done / total : 1, string.Create(CultureInfo.InvariantCulture, $"{done >> 20:N0} of {total >> 20:N0} MiB"))),
            cancellation,
            arguments.GetValue(verify))));
        foreach (DamagedTensor damaged in result.Damaged.Take(MostWarnings))
        {
            reporter.Note($"warning: {damaged}; a model that needs it will not load");
        }
        if (result.Damaged.Count > MostWarnings)
        {
            reporter.Note($"warning: so have {result.Damaged.Count - MostWarnings} other tensors");
        }
        report.AddFile(output);
        reporter.Finish(report, json =>
        {
            json.WriteString("precision", chosen.Name);
            json.WriteString("model", ModelRecognizer.Recognize(file)?.Kind);
            json.WriteNumber("tensors", result.Tensors);
            json.WriteNumber("bytes", result.Bytes);
            json.WriteStartObject("notFinite");
            foreach (DamagedTensor damaged in result.Damaged)
            {
                json.WriteNumber(damaged.Name, damaged.NotFinite);
            }
            json.WriteEndObject();
        });
        return ExitCodes.Done;
    }

    private static ConversionPrecision Find(string? name) => name is null
        ? ConversionPrecision.AsTheyAre
        : ConversionPrecision.All.FirstOrDefault(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidRequestException($"--precision: '{name}' is not one of {string.Join(", ", ConversionPrecision.All.Select(each => each.Name))}");
}
