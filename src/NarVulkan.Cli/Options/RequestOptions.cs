using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>What is to be generated.</summary>
internal sealed class RequestOptions
{
    private const int MostCopies = 100_000;

    public Option<string?> Classes { get; } = OptionKinds.Text(
        "--class", "LIST", "ids, names or ranges like 3-7, comma-separated; none or -1 is unconditional (default: drawn from the seed)");

    public Option<int?> Count { get; } = OptionKinds.Integer(
        "--count", "N", "samples for each class, text or clip to continue (default: 1)", 1, MostCopies);

    public Option<string?> ConditionTokens { get; } = OptionKinds.Text(
        "--condition-tokens", "C.npy", "frame prediction: int32 codes of the clip to continue, [B,Tc]");

    public OptionGroup Group => new("Request", Classes, Count, ConditionTokens);
}
