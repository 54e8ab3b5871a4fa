namespace NarVulkan.Cli.Options;

/// <summary>What <see cref="ReportingOptions"/> say.</summary>
internal readonly record struct Verbosity(bool Quiet, bool Json, bool Verbose)
{
    /// <summary>Whether plain text results belong on standard output.</summary>
    public bool PrintsText => !Quiet && !Json;

    /// <summary>Whether notes and progress belong on standard error.</summary>
    public bool PrintsNotes => !Quiet;
}
