using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>How much a command says, and in which form. On every command.</summary>
internal sealed class ReportingOptions
{
    public Option<bool> Quiet { get; } = OptionKinds.Flag("--quiet", "nothing but errors", "-q");

    public Option<bool> Json { get; } = OptionKinds.Flag("--json", "one JSON object on standard output");

    public Option<bool> Verbose { get; } = OptionKinds.Flag("--verbose", "more about what is done; a stack trace with an error");

    public OptionGroup Group => new("Reporting", Quiet, Json, Verbose);

    /// <exception cref="InvalidRequestException">Two of them contradict one another.</exception>
    public Verbosity Read(ParseResult arguments)
    {
        bool quiet = arguments.GetValue(Quiet);
        bool verbose = arguments.GetValue(Verbose);
        if (quiet && verbose)
        {
            throw new InvalidRequestException("--quiet and --verbose contradict one another; give one of them");
        }
        return new Verbosity(quiet, arguments.GetValue(Json), verbose);
    }
}
