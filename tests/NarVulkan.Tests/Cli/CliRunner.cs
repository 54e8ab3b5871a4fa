using NarVulkan.Cli;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Fetching;
using NarVulkan.Cli.Media;

namespace NarVulkan.Tests.Cli;

/// <summary>Runs the whole program in-process, in a folder of its own, with an environment of its own.</summary>
internal sealed class CliRunner : IDisposable
{
    private readonly IEngine? realEngine;

    public FakeEngine Engine { get; } = new();

    /// <summary>What downloads meet; null for the world itself.</summary>
    public FetchServices? Fetching { get; init; }

    public TemporaryFolder Folder { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    /// <param name="realEngine">What computes; null for <see cref="Engine"/>.</param>
    public CliRunner(IEngine? realEngine = null)
    {
        this.realEngine = realEngine;
        // Neither the models nor the programs of whoever runs the tests are ever looked at.
        Environment["XDG_DATA_HOME"] = Folder["user-data"];
        Environment["PATH"] = "";
    }

    public CliConsole Console(TextWriter output, TextWriter error) => new()
    {
        Output = output,
        Error = error,
        Environment = name => Environment.GetValueOrDefault(name),
        WorkingDirectory = Folder.Path,
        ProgramDirectory = Folder["program"],
    };

    public CliResult Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    public CliResult Run(CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = new CliApplication(Console(output, error), realEngine ?? Engine, Fetching).Run(arguments, cancellation);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Puts a model folder under <c>weights/NAME</c> beside the program; only its manifest is more than a placeholder.</summary>
    public string Install(string name, string architecture = "nar-c2v", bool tokenizer = true, bool generator = true, string[]? classes = null) =>
        ModelFolders.Write(Folder[$"program/weights/{name}"], name, architecture, tokenizer, generator, classes);

    /// <summary>Writes a PNG into <see cref="Folder"/>; its name.</summary>
    public string WriteStill(string name, RgbImage image)
    {
        using FileStream stream = File.Create(Folder[name]);
        StillPng.Write(stream, image, []);
        return name;
    }

    public void Dispose() => Folder.Dispose();
}
