using System.Text.Json.Nodes;
using NarVulkan.Cli.Fetching;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>A hub with one small model, and the program in front of it. Pauses are noted and not made.</summary>
internal sealed class FetchRig : IDisposable
{
    /// <summary>A generator without a tokenizer, in one file.</summary>
    public const string Model = "tiny";

    public const string Repository = "somebody/models";
    public const string Remote = "c2i.pt";
    public const string Local = "generator.weights";
    public const string Path = $"/{Repository}/resolve/main/{Remote}";

    public FetchRig()
    {
        Cli = new CliRunner
        {
            Fetching = new FetchServices
            {
                Disk = Disk,
                Patience = new TransferPatience
                {
                    Answer = TimeSpan.FromSeconds(60),
                    Stall = TimeSpan.FromSeconds(60),
                    Wait = (pause, cancellation) =>
                    {
                        Pauses.Add(pause);
                        cancellation.ThrowIfCancellationRequested();
                        return Task.CompletedTask;
                    },
                },
            },
        };
        Hub.On(Path, TestHub.File(Weights));
        Add(Entry(Model, Weights, Remote));
    }

    public TestHub Hub { get; } = new();

    public CliRunner Cli { get; private set; }

    public FakeFetchDisk Disk { get; } = new();

    public List<TimeSpan> Pauses { get; } = [];

    /// <summary>A checkpoint that the program reads, of more than a megabyte.</summary>
    public static byte[] Weights { get; } = File.ReadAllBytes(TestPaths.Fixture("golden/nar-c2i/0000010.pt"));

    public string Directory => Cli.Folder[$"user-data/narvk/{Model}"];

    public string Target => System.IO.Path.Combine(Directory, Local);

    public string Part => Target + ".part";

    private JsonArray Models { get; } = [];

    /// <summary>An entry of the catalog, with size but without a checksum.</summary>
    public static JsonObject Entry(string name, byte[]? weights, params string[] remote) => new()
    {
        ["name"] = name,
        ["title"] = "a tiny generator",
        ["media"] = "image",
        ["repository"] = Repository,
        ["licence"] = "MIT, for a test",
        ["files"] = new JsonArray(new JsonObject
        {
            ["name"] = Local,
            ["remote"] = new JsonArray([.. remote.Select(path => (JsonNode)path)]),
            ["bytes"] = weights?.Length,
        }),
        ["folder"] = new JsonObject
        {
            ["generator"] = new JsonObject { ["architecture"] = "nar-c2i", ["weights"] = Local, ["heads"] = 4, ["grid"] = new JsonArray(8, 8) },
        },
    };

    /// <summary>Adds an entry to the catalog, or puts it in the place of one of its name.</summary>
    public void Add(JsonObject entry)
    {
        if (Models.FirstOrDefault(other => (string?)other!["name"] == (string?)entry["name"]) is { } other)
        {
            Models.Remove(other);
        }
        Models.Add((JsonNode)entry);
    }

    /// <summary>Says what is known of the model's file.</summary>
    public void Know(long? bytes, string? sha256)
    {
        JsonObject entry = Entry(Model, null, Remote);
        entry["files"]![0]!["bytes"] = bytes;
        entry["files"]![0]!["sha256"] = sha256;
        Add(entry);
    }

    /// <summary>Waits less, or fewer times.</summary>
    public void Wait(Func<TransferPatience, TransferPatience> change)
    {
        CliRunner old = Cli;
        Cli = new CliRunner { Fetching = old.Fetching! with { Patience = change(old.Fetching.Patience) } };
        old.Dispose();
    }

    /// <summary>Runs <c>narvk fetch tiny</c> with further words.</summary>
    public CliResult Fetch(params string[] arguments) => FetchNamed(Model, CancellationToken.None, arguments);

    public CliResult FetchNamed(string name, params string[] arguments) => FetchNamed(name, CancellationToken.None, arguments);

    public CliResult FetchNamed(string name, CancellationToken cancellation, params string[] arguments)
    {
        WriteCatalog();
        return Cli.Run(cancellation, ["fetch", name, "--manifest", "catalog.json", .. arguments]);
    }

    /// <summary>Writes <c>catalog.json</c> into the folder in which the program runs.</summary>
    public void WriteCatalog()
    {
        JsonObject catalog = new() { ["format"] = 1, ["endpoint"] = Hub.Address, ["models"] = Models.DeepClone() };
        File.WriteAllText(Cli.Folder["catalog.json"], catalog.ToJsonString());
    }

    /// <summary>Every file below the folder of models, relative to it.</summary>
    public IReadOnlyList<string> Files => Cli.Folder.Files.Where(file => file.StartsWith("user-data", StringComparison.Ordinal))
        .Select(file => System.IO.Path.GetRelativePath("user-data/narvk", file).Replace('\\', '/')).ToList();

    public void Dispose()
    {
        Cli.Dispose();
        Hub.Dispose();
    }
}
