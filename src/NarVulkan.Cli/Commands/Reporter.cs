using System.Text.Json;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>Says what a command has to say, as loudly as was asked for: results on standard output, everything else on standard error.</summary>
internal sealed class Reporter(CliConsole console, Verbosity verbosity)
{
    private readonly HashSet<string> told = [];

    public IProgressView Progress { get; } = ChooseProgress(console, verbosity);

    /// <summary>A line that the user should see.</summary>
    public void Note(string line)
    {
        if (verbosity.PrintsNotes)
        {
            ErrorReporting.WriteLine(console, line);
        }
    }

    /// <summary>A line for <c>--verbose</c>.</summary>
    public void Detail(string line)
    {
        if (verbosity.Verbose)
        {
            ErrorReporting.WriteLine(console, line);
        }
    }

    /// <summary>Files that were written while the command goes on: named on standard output at once, and not again at the end.</summary>
    public void Wrote(RunReport report, IReadOnlyList<string> files)
    {
        report.AddFiles(files.Except(report.Files));
        if (verbosity.PrintsText)
        {
            WriteNames([.. files.Where(told.Add)]);
        }
    }

    /// <summary>The end: files on standard output and times on standard error, or the JSON object.</summary>
    public void Finish(RunReport report, Action<Utf8JsonWriter> extraMembers)
    {
        if (verbosity.Json)
        {
            JsonReport.Write(console.Output, json =>
            {
                report.WriteTo(json);
                extraMembers(json);
            });
            return;
        }
        if (verbosity.PrintsText)
        {
            WriteNames([.. report.Files.Where(told.Add)]);
            Note(report.Summary());
        }
    }

    // The files are the result, and they are there: that nobody wants to know their names is no failure.
    private void WriteNames(IReadOnlyList<string> files)
    {
        try
        {
            foreach (string file in files)
            {
                console.Output.WriteLine(file);
            }
            console.Output.Flush();
        }
        catch (OutputClosedException)
        {
            Note($"standard output is closed; wrote {string.Join(", ", files)}");
        }
    }

    private static IProgressView ChooseProgress(CliConsole console, Verbosity verbosity)
    {
        if (verbosity.Quiet)
        {
            return new SilentProgress();
        }
        return console.ErrorIsTerminal ? new BarProgress(console.Error) : new LineProgress(console.Error);
    }
}
