using System.CommandLine;
using NarVulkan.Cli.Fetching;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk fetch</c>: downloads a published model. The only command that opens a connection.</summary>
internal sealed class FetchCommand(CliConsole console, FetchServices services) : ICliCommand
{
    private const string EndpointVariable = "HF_ENDPOINT";

    private readonly Argument<string?> name = new("NAME")
    {
        Description = "a model that 'narvk models' lists as published",
        // Zero is allowed here so that the program can say in its own words what is missing.
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> output = OptionKinds.Text("--out", "DIR", "the folder that gets a folder of the model's name; default: $NARVK_WEIGHTS, or the user's data folder");

    private readonly Option<string?> endpoint = OptionKinds.Text("--endpoint", "URL", $"a mirror of the hub; default: ${EndpointVariable}, or the hub itself");

    private readonly Option<string?> repository = OptionKinds.Text("--repo", "OWNER/NAME", "the model's repository, where narvk does not know it, or it has moved");

    private readonly Option<string?> revision = OptionKinds.Text("--revision", "REV", "a branch, tag or commit of the model's repository; default: main");

    private readonly Option<string?> file = OptionKinds.Text("--file", "PATH", "what the model's weights are called in its repository; default: what is known, or the only weights file there");

    private readonly Option<string?> manifest = OptionKinds.Text("--manifest", "FILE", "another list of models than narvk's own, in the format of weights/published.json");

    private readonly Option<bool> dryRun = OptionKinds.Flag("--dry-run", "say what would be fetched, from where and where to, and ask no server");

    private readonly Option<bool> restart = OptionKinds.Flag("--restart", "fetch again what is there, in whole or in part");

    public string Name => "fetch";

    public string Description => "download a published model; nothing else ever opens a connection";

    public IReadOnlyList<OptionGroup> Groups =>
        [new OptionGroup("What and where", output, endpoint, repository, revision, file, manifest), new OptionGroup("How", dryRun, restart), Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [name];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("fetch llamagen-b-imagenet", "a generator and its tokenizer; stopped and started again, it goes on where it was"),
        ("fetch ucf --repo OWNER/NAME", "one of several published sizes: the repository says which"),
        ("fetch par-xl-4x-imagenet --endpoint https://mirror.example --out /data/models", $"from a mirror; {HubToken.Variable} is a token, sent to that host alone"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        ModelLocator locator = new(console, weightsOption: null);
        FetchRequest request = ReadRequest(arguments, locator);
        if (arguments.GetValue(dryRun))
        {
            WritePlan(request, verbosity);
            return ExitCodes.Done;
        }
        if (request.Model.Repository is null && !request.IsComplete(request.Model))
        {
            throw new InvalidRequestException($"the repository of {request.Model.Name} is not known to this version; choose one of "
                + $"{request.Endpoint.PageAddress(request.Model.Page ?? "")} and name it: narvk fetch {request.Model.Name} --repo OWNER/NAME");
        }
        Reporter reporter = new(console, verbosity);
        foreach (string line in FetchText.Announcements(request))
        {
            reporter.Note(line);
        }
        if (request.Token is not null && request.Endpoint.IsOpen)
        {
            reporter.Note($"{HubToken.Variable} is not sent, since {request.Endpoint} is no secure address");
        }
        if (request.TokenIsWithheld)
        {
            reporter.Note($"{HubToken.Variable} is not sent, since it is the file of --manifest that names {request.Endpoint}; name that with --endpoint to have it sent there");
        }
        RunReport report = new() { Command = Name };
        IReadOnlyList<FetchedFile> files = report.Time("fetch", () => new ModelFetch(request, services, reporter).Run(cancellation));
        report.AddFiles(files.Select(fetched => fetched.Path));
        string directory = request.DirectoryOf(request.Model), next = FetchText.Next(request, locator.DirectoryOf(request.Model.Name) == directory);
        reporter.Finish(report, json => FetchText.WriteResultMembers(json, request, files, next));
        reporter.Note("next: " + next);
        return ExitCodes.Done;
    }

    private FetchRequest ReadRequest(ParseResult arguments, ModelLocator locator)
    {
        FetchCatalog catalog = arguments.GetValue(manifest) is { } path ? FetchCatalogReader.Read(console.Resolve(path)) : FetchCatalog.Published;
        FetchableModel known = catalog.Require(arguments.GetValue(name) ?? throw new InvalidRequestException("fetch needs the name of a model: narvk fetch NAME ('narvk models' lists what can be fetched)"));
        FetchableModel model = known with
        {
            Repository = Plain(arguments, repository, PlainNames.IsRepository, "OWNER/NAME") ?? known.Repository,
            Revision = Plain(arguments, revision, PlainNames.IsName, "a branch, tag or commit") ?? known.Revision,
            Files = Plain(arguments, file, PlainNames.IsPath, "a path in the repository") is { } remote ? Named(known, remote) : known.Files,
        };
        string folder = arguments.GetValue(output) is { } directory ? console.Resolve(directory) : locator.FetchFolder;
        HubEndpoint? named = arguments.GetValue(endpoint) is { } typed ? HubEndpoint.Parse(typed, "--endpoint")
            : console.Environment(EndpointVariable) is { } variable ? HubEndpoint.Parse(variable, EndpointVariable)
            : null;
        HubEndpoint hub = named ?? HubEndpoint.Parse(catalog.Endpoint, "endpoint");
        HubToken? token = HubToken.Read(console);
        // A list may come from a stranger, who would be told the user's token by naming a host of their own.
        bool mayHaveToken = named is not null || hub.Authority == HubEndpoint.Parse(FetchCatalog.Published.Endpoint, "endpoint").Authority;
        return new FetchRequest
        {
            Model = model,
            Models = catalog.WithNeeds(model),
            Endpoint = hub,
            Token = mayHaveToken ? token : null,
            TokenIsWithheld = token is not null && !mayHaveToken,
            Folder = folder,
            Restart = arguments.GetValue(restart),
        };
    }

    // What is known of size and checksum is known of the file of the known name.
    private static List<FetchableFile> Named(FetchableModel model, string remote)
    {
        FetchableFile weights = model.Files.First(candidate => candidate.IsWeights);
        return [.. model.Files.Select(candidate => candidate == weights ? new FetchableFile(candidate.Name, [remote], null, null) : candidate)];
    }

    private static string? Plain(ParseResult arguments, Option<string?> option, Func<string, bool> isPlain, string what) =>
        arguments.GetValue(option) is not { } text || isPlain(text) ? arguments.GetValue(option)
            : throw new InvalidRequestException($"{option.Name}: '{text}' is not {what} of letters, digits, '.', '-' and '_'");

    private void WritePlan(FetchRequest request, Verbosity verbosity)
    {
        if (verbosity.Json)
        {
            JsonReport.Write(console.Output, json => FetchText.WritePlanMembers(json, request));
        }
        else if (verbosity.PrintsText)
        {
            FetchText.WritePlan(console.Output, request);
        }
    }
}
