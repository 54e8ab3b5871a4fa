using System.CommandLine;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk inspect</c>: tensors, shapes and types of a weights file or of a model folder's files, and what model they are.</summary>
internal sealed class InspectCommand : ICliCommand
{
    private readonly CliConsole console;
    private readonly Argument<string?> path = new("FILE")
    {
        Description = "a .pt, .pth or .safetensors file, a sharded index, or a model folder",
        // Zero is allowed here so that the program can say in its own words what is missing.
        Arity = ArgumentArity.ZeroOrOne,
    };

    public InspectCommand(CliConsole console) => this.console = console;

    public string Name => "inspect";

    public string Description => "tensors, shapes and types in a weights file, and what model it is";

    public IReadOnlyList<OptionGroup> Groups => [Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [path];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
        [("inspect epoch-last.pth", "what a checkpoint holds"), ("inspect weights/demo-video", "all files of a model folder")];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string typed = arguments.GetValue(path) ?? throw new InvalidRequestException("inspect needs a file or a model folder: narvk inspect FILE");
        string full = console.Resolve(typed);
        List<InspectedFile> files = [];
        ModelFolder? folder = Directory.Exists(full) ? ModelFolder.Open(full) : null;
        foreach (string file in folder is null ? [full] : FilesOf(folder))
        {
            cancellation.ThrowIfCancellationRequested();
            files.Add(InspectedFile.Read(file, file == full ? typed : Path.GetRelativePath(full, file)));
        }
        if (verbosity.Json)
        {
            InspectionText.WriteJson(console.Output, folder, files);
        }
        else if (verbosity.PrintsText)
        {
            InspectionText.Write(console.Output, folder, files);
        }
        return ExitCodes.Done;
    }

    private static IEnumerable<string> FilesOf(ModelFolder folder)
    {
        string?[] files = [folder.Generator?.WeightsPath, folder.Tokenizer?.WeightsPath, folder.Text?.WeightsPath];
        return files.OfType<string>().Distinct();
    }
}
