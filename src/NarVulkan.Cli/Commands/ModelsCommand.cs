using System.CommandLine;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Fetching;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk models</c>: what is installed, and where it was looked for.</summary>
internal sealed class ModelsCommand(CliConsole console) : ICliCommand
{
    private readonly Option<string?> weights = new ModelOptions().Weights;

    public string Name => "models";

    public string Description => "which models are installed, and where narvk looks for them";

    public IReadOnlyList<OptionGroup> Groups => [new OptionGroup("Model", weights), Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples => [("models --weights /data/models", "look in another folder, too")];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        ModelLocator locator = new(console, arguments.GetValue(weights));
        IReadOnlyList<InstalledModel> models = locator.Installed();
        List<KnownModel> missing = locator.MissingKnownModels.ToList();
        if (verbosity.Json)
        {
            WriteJson(locator, models, missing);
        }
        else if (verbosity.PrintsText)
        {
            WriteText(locator, models, missing);
        }
        return ExitCodes.Done;
    }

    private void WriteText(ModelLocator locator, IReadOnlyList<InstalledModel> models, IReadOnlyList<KnownModel> missing)
    {
        console.Output.WriteLine(models.Count == 0 ? "No model is installed." : "Installed:");
        console.Output.Write(TextTable.Columns(models.Select(model => new[] { model.Name, ModelSummary.Of(model), model.Directory }).ToList()));
        if (missing.Count > 0)
        {
            console.Output.WriteLine("Not installed:");
            console.Output.Write(TextTable.Columns(missing.Select(known =>
                new[] { known.Name, $"{known.Title}; weights/README.md says how to get it; until then {known.Demo} stands in" }).ToList()));
        }
        console.Output.WriteLine("Published, to be had with 'narvk fetch NAME':");
        console.Output.Write(TextTable.Columns(FetchCatalog.Published.Models.Select(published => new[]
        {
            published.Name,
            published.Title + (published.Repository is null ? " (needs --repo)" : "") + (locator.DirectoryOf(published.Name) is null ? "" : " (installed)"),
        }).ToList()));
        console.Output.WriteLine("Looked in, in this order:");
        console.Output.Write(TextTable.Columns(locator.Folders.Select(folder =>
            new[] { folder.Directory, folder.Origin + (folder.Exists ? "" : " (does not exist)") }).ToList()));
    }

    private void WriteJson(ModelLocator locator, IReadOnlyList<InstalledModel> models, IReadOnlyList<KnownModel> missing) =>
        JsonReport.Write(console.Output, json =>
        {
            json.WriteStartArray("models");
            foreach (InstalledModel model in models)
            {
                json.WriteStartObject();
                json.WriteString("name", model.Name);
                json.WriteString("directory", model.Directory);
                json.WriteString("summary", ModelSummary.Of(model));
                json.WriteBoolean("used", !model.Shadowed);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStrings("notInstalled", missing.Select(known => known.Name));
            json.WriteStartArray("published");
            foreach (FetchableModel published in FetchCatalog.Published.Models)
            {
                json.WriteStartObject();
                json.WriteString("name", published.Name);
                json.WriteString("title", published.Title);
                json.WriteString("repository", published.Repository);
                json.WriteBoolean("installed", locator.DirectoryOf(published.Name) is not null);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("lookedIn");
            foreach (SearchFolder folder in locator.Folders)
            {
                json.WriteStartObject();
                json.WriteString("directory", folder.Directory);
                json.WriteString("origin", folder.Origin);
                json.WriteBoolean("exists", folder.Exists);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
}
