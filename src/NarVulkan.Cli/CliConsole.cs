using NarVulkan.Cli.Output;

namespace NarVulkan.Cli;

/// <summary>
/// Everything of the outside world that a command touches: the two text streams, the environment, the current folder.
/// Tests run whole commands in-process with one of these instead of the real terminal.
/// </summary>
internal sealed class CliConsole
{
    /// <summary>Results only: file names, tables, JSON.</summary>
    public required TextWriter Output { get; init => field = new ResultWriter(value); }

    /// <summary>Progress, notes and the one line of an error.</summary>
    public required TextWriter Error { get; init => field = new NoteWriter(value); }

    /// <summary>Whether <see cref="Error"/> is a terminal, where a progress bar may redraw itself.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Reads an environment variable; null where it is not set or empty.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>What relative paths are relative to.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The folder that the program itself lies in.</summary>
    public required string ProgramDirectory { get; init; }

    public static CliConsole ForProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Environment = static name => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        WorkingDirectory = Directory.GetCurrentDirectory(),
        ProgramDirectory = AppContext.BaseDirectory,
    };

    /// <summary>The full path of what the user typed.</summary>
    /// <exception cref="InvalidRequestException">It cannot be a path.</exception>
    public string Resolve(string path)
    {
        try
        {
            return Path.GetFullPath(path, WorkingDirectory);
        }
        catch (ArgumentException e)
        {
            throw new InvalidRequestException($"'{path}' is not a usable path: {e.Message}", e);
        }
    }
}
