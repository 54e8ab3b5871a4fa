using System.CommandLine;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk inspect</c>: tensors, shapes and types of a weights file or of a model folder's files, and what model they are; what a picture says of itself.</summary>
internal sealed class InspectCommand : ICliCommand
{
    private readonly CliConsole console;
    private readonly Argument<string[]> paths = new("FILE...")
    {
        Description = "a .pt, .pth or .safetensors file, a sharded index, a model folder, or a PNG; with --init a generator and its tokenizer",
        // Zero is allowed here so that the program can say in its own words what is missing.
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly InitOptions init = new();

    public InspectCommand(CliConsole console) => this.console = console;

    public string Name => "inspect";

    public string Description => "tensors, shapes and types in a weights file, and what model it is; prompt, seed and model of a picture";

    public IReadOnlyList<OptionGroup> Groups => [init.Group, Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [paths];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("inspect epoch-last.pth", "what a checkpoint holds"),
        ("inspect weights/demo-video", "all files of a model folder"),
        ("inspect out/a-red-fox-seed1.png", "the prompt, seed, model and settings that a picture was made with"),
        ("inspect c2i_L_384.pt vq_ds16_c2i.pt --init weights/imagenet", "writes weights/imagenet/narvk.json, so that 'narvk --image imagenet' runs these files where they lie"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string[] typed = arguments.GetValue(paths) is { Length: > 0 } given
            ? given
            : throw new InvalidRequestException("inspect needs a file or a model folder: narvk inspect FILE");
        InitSettings? settings = init.Read(arguments, console);
        if (typed.Length > 1 && settings is null)
        {
            throw new InvalidRequestException($"inspect takes one file, and '{typed[1]}' is another; only --init DIR takes several, a generator and its tokenizer");
        }
        if (settings is null && PngRecord.IsPng(console.Resolve(typed[0])))
        {
            Show(typed[0], PngRecord.Read(console.Resolve(typed[0]), typed[0]), verbosity);
            return ExitCodes.Done;
        }
        List<InspectedFile> files = [];
        ModelFolder? folder = null;
        foreach (string name in typed)
        {
            string full = console.Resolve(name);
            folder = Directory.Exists(full) ? ModelFolder.Open(full) : null;
            foreach (string file in folder is null ? [full] : FilesOf(folder))
            {
                cancellation.ThrowIfCancellationRequested();
                files.Add(InspectedFile.Read(file, file == full ? name : Path.GetRelativePath(full, file)));
            }
        }
        folder = typed.Length == 1 ? folder : null;
        string? written = settings is null ? null : FolderInit.Write(settings, typed.Select(console.Resolve).ToList());
        if (verbosity.Json)
        {
            InspectionText.WriteJson(console.Output, folder, files, written);
        }
        else if (verbosity.PrintsText && written is null)
        {
            InspectionText.Write(console.Output, folder, files);
        }
        else if (verbosity.PrintsText)
        {
            ModelFolder made = ModelFolder.Open(settings!.Directory);
            console.Output.WriteLine(written);
            ErrorReporting.WriteLine(console, $"{made.Name}: {ModelSummary.Of(made)}{(made.Generator is null || made.Tokenizer is not null ? "" : ", without a tokenizer: tokens and logits only")}");
        }
        return ExitCodes.Done;
    }

    private void Show(string name, PngRecord record, Verbosity verbosity)
    {
        if (verbosity.Json)
        {
            PictureText.WriteJson(console.Output, name, record);
        }
        else if (verbosity.PrintsText)
        {
            PictureText.Write(console.Output, name, record);
        }
    }

    private static IEnumerable<string> FilesOf(ModelFolder folder)
    {
        string?[] files = [folder.Generator?.WeightsPath, folder.Tokenizer?.WeightsPath, folder.Text?.WeightsPath];
        return files.OfType<string>().Distinct();
    }
}
