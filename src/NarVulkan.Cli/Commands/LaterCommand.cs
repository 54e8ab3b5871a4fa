using System.CommandLine;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Commands;

/// <summary>A command of the contract that this version does not carry out: known, hidden from help, and refused in one clear line.</summary>
internal sealed class LaterCommand(string name, string what) : ICliCommand
{
    private readonly Argument<string[]> rest = new("arguments") { Arity = ArgumentArity.ZeroOrMore };

    public string Name => name;

    public string Description => "not in this version";

    public IReadOnlyList<OptionGroup> Groups => [];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [rest];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples => [];

    /// <summary>What there is to say about it, in place of help.</summary>
    public string Refusal => OptionKinds.NotInThisVersion($"'narvk {name}'", what);

    public int Run(ParseResult arguments, CancellationToken cancellation) =>
        throw new InvalidRequestException(Refusal);
}
