using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>How tokens are drawn. What is not given comes from the model folder.</summary>
internal sealed class SamplingOptions
{
    public Option<ulong?> Seed { get; } = OptionKinds.Seed("--seed", "64-bit, decimal or 0x...; the same seed makes the same pictures (default: drawn, and printed)");

    public Option<float?> Guidance { get; } = OptionKinds.Real(
        "--cfg", "X", "classifier-free guidance; 1 switches it off (default: the model's)", 0, float.MaxValue);

    public Option<int?> GuidanceInterval { get; } = OptionKinds.Integer(
        "--cfg-interval", "K", "guidance lasts about K tokens, counted as the model's original does (of a PAR model, K in each of its two phases); -1 keeps it on", -1, int.MaxValue);

    public Option<float?> Temperature { get; } = OptionKinds.Real("--temperature", "T", "below 1 safer, above 1 wilder", 0, float.MaxValue);

    public Option<int?> TopK { get; } = OptionKinds.Integer("--top-k", "K", "draw from the K likeliest tokens; 0 from all", 0, int.MaxValue);

    public Option<float?> TopP { get; } = OptionKinds.Real("--top-p", "P", "draw from the likeliest tokens that hold this probability", 0, 1);

    public Option<bool> Greedy { get; } = OptionKinds.Flag("--greedy", "always take the likeliest token");

    public OptionGroup Group => new("Sampling", Seed, Guidance, GuidanceInterval, Temperature, TopK, TopP, Greedy);

    public NarSampling Read(ParseResult arguments, NarSampling defaults) => defaults with
    {
        GuidanceScale = arguments.GetValue(Guidance) ?? defaults.GuidanceScale,
        GuidanceInterval = arguments.GetValue(GuidanceInterval) ?? defaults.GuidanceInterval,
        Temperature = arguments.GetValue(Temperature) ?? defaults.Temperature,
        TopK = arguments.GetValue(TopK) ?? defaults.TopK,
        TopP = arguments.GetValue(TopP) ?? defaults.TopP,
        Greedy = arguments.GetValue(Greedy) || defaults.Greedy,
    };
}
