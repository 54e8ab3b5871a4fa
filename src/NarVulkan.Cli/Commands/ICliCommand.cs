using System.CommandLine;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Commands;

/// <summary>One command of the program: its options, its help, its work.</summary>
internal interface ICliCommand
{
    /// <summary>The name after <c>narvk</c>.</summary>
    string Name { get; }

    /// <summary>One line for the list of commands.</summary>
    string Description { get; }

    /// <summary>Visible options, as they stand in the help text.</summary>
    IReadOnlyList<OptionGroup> Groups { get; }

    /// <summary>Options that are understood but not shown.</summary>
    IEnumerable<Option> HiddenOptions { get; }

    IReadOnlyList<Argument> Arguments { get; }

    /// <summary>Command lines worth showing, without <c>narvk</c>, each with what it does.</summary>
    IReadOnlyList<(string CommandLine, string Effect)> Examples { get; }

    ReportingOptions Reporting { get; }

    /// <summary>Does the work; the exit code. What goes wrong is thrown.</summary>
    int Run(ParseResult arguments, CancellationToken cancellation);
}
