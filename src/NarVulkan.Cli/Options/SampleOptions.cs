using System.CommandLine;
using NarVulkan.Cli.Sampling;

namespace NarVulkan.Cli.Options;

/// <summary>Large runs for evaluation, in shards, with resume; and the array that evaluators read.</summary>
internal sealed class SampleOptions
{
    private const int MostSamples = 100_000_000;
    private const int LargestBatch = 4096;

    public Option<string?> Npz { get; } = OptionKinds.Text(
        "--npz", "FILE", "write all samples as the array arr_0 that evaluators read: uint8 [N,H,W,3], of clips [N,T,H,W,3]");

    public Option<int?> Samples { get; } = OptionKinds.Integer(
        "--samples", "N", "a large run: N samples in all, the classes in turn, kept batch by batch; the same command goes on after a stop. " +
        "Output: --npz FILE, --out DIR (000123.png), or both", 1, MostSamples);

    public Option<Shard?> Shard { get; } = MakeShard();

    public Option<int?> Batch { get; } = OptionKinds.Integer("--batch", "N", "samples that are made, and kept, together (default: up to 64)", 1, LargestBatch);

    public Option<bool> Restart { get; } = OptionKinds.Flag("--restart", "throw away what an earlier command left, and begin again");

    public OptionGroup Group => new("Large runs", Npz, Samples, Shard, Batch, Restart);

    /// <summary>The options that say something only together with <c>--samples</c>.</summary>
    public IReadOnlyList<Option> OnlyWithSamples => [Shard, Batch, Restart];

    private static Option<Shard?> MakeShard() => new("--shard")
    {
        Description = "only the i-th of n equal parts, from 0; 'narvk join' puts them together. Of --prompts-json: of the prompts, all parts in one --out DIR",
        HelpName = "i/n",
        CustomParser = result =>
        {
            if (Sampling.Shard.TryParse(result.Tokens[0].Value, out Shard shard, out string problem))
            {
                return shard;
            }
            result.AddError("--shard: " + problem);
            return null;
        },
    };
}
