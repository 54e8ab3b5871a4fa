using System.CommandLine;
using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Kernels;

namespace NarVulkan.Cli.Options;

/// <summary>What <c>narvk bench</c> measures, of what, and how often.</summary>
internal sealed class BenchOptions
{
    public const int DefaultRuns = 5;

    private const int MostRuns = 1000, MostBatch = 4096, MostVocabulary = 1 << 24;

    public ModelOptions Model { get; } = new();

    public Option<string?> RandomWeights { get; } = OptionKinds.Text(
        "--random-weights", "NAME", "random weights of a published size, such as nar-lp-ucf or nar-xl-imagenet (--list), or ARCHITECTURE:WIDTHxBLOCKSxHEADS");

    public Option<bool> List { get; } = OptionKinds.Flag("--list", "the names that --random-weights knows");

    public Option<int[]?> Grid { get; } = OptionKinds.TokenGrid("--grid", "another token grid for random weights");

    public Option<int?> Vocabulary { get; } = OptionKinds.Integer("--vocabulary", "V", "another codebook size for random weights", 2, MostVocabulary);

    public Option<int?> Classes { get; } = OptionKinds.Integer("--classes", "N", "another number of classes for random weights", 1, MostVocabulary - 1);

    public Option<int?> ParallelTokens { get; } = OptionKinds.Integer("--parallel-tokens", "P", "tokens that PAR of random weights generates together: 4 or 16", 4, 16);

    public Option<BenchParts[]?> Only { get; } = OptionKinds.Choices(
        "--only",
        "LIST",
        "some of kernels, steps, generation, startup, load, comma-separated (default: the first four)",
        ("kernels", BenchParts.Kernels),
        ("steps", BenchParts.Steps),
        ("generation", BenchParts.Generation),
        ("startup", BenchParts.Startup),
        ("load", BenchParts.Load));

    public Option<bool> Decode { get; } = OptionKinds.Flag("--decode", "time tokens to pixels too: by the model's tokenizer, or one of published size with random weights");

    public Option<KernelSuite[]?> Suite { get; } = OptionKinds.Choices(
        "--suite",
        "LIST",
        "fixed shapes instead of a model's: matmul, attention, conv, sample, vq (minutes on a software driver), comma-separated",
        ("matmul", KernelSuite.Matmul),
        ("attention", KernelSuite.Attention),
        ("conv", KernelSuite.Conv),
        ("sample", KernelSuite.Sample),
        ("vq", KernelSuite.Vq));

    public Option<bool> AllShapes { get; } = OptionKinds.Flag("--all-shapes", "kernels at every shape of the generation, not at a few that span them");

    public Option<int?> Runs { get; } = OptionKinds.Integer("--runs", "N", "timed runs after the first, which is checked; the median counts; 0 times the first alone (default: 5)", 0, MostRuns);

    public Option<int[]?> Batch { get; } = OptionKinds.Integers(
        "--batch", "LIST", "samples side by side, such as 1,4,16; kernels and steps are those of the first (default: 1)", 1, MostBatch);

    public Option<float?> Guidance { get; } = OptionKinds.Real("--cfg", "X", "classifier-free guidance; 1 switches it off (default: the model's, 1.25 for random weights)", 0, float.MaxValue);

    public Option<bool> Tune { get; } = OptionKinds.Flag("--tune", "choose the forms of the model's products anew for this device first (minutes on a software driver); kept on disk, never changes a result");

    /// <summary>Makes this process one that is started for timing.</summary>
    public Option<bool> Probe { get; } = MakeHidden(OptionKinds.Flag("--startup-probe", "one generation, with the time of each phase"));

    public EngineOptions Engine { get; } = new();

    public IReadOnlyList<OptionGroup> Groups =>
    [
        new OptionGroup("Model", [.. Model.Group.Options, RandomWeights, List, Grid, Vocabulary, Classes, ParallelTokens]),
        new OptionGroup("Measurements", Only, Decode, Suite, AllShapes, Runs, Batch, Guidance, Tune),
        Engine.Group,
    ];

    public IEnumerable<Option> Hidden => [Probe];

    /// <summary>Options that only say something about random weights.</summary>
    public IReadOnlyList<Option> OnlyWithRandomWeights => [Grid, Vocabulary, Classes, ParallelTokens];

    /// <summary>Options that say nothing about fixed shapes.</summary>
    public IReadOnlyList<Option> OnlyWithAModel => [AllShapes, Batch, Guidance, Engine.Precision, Model.Weights, Model.Verify];

    private static Option<bool> MakeHidden(Option<bool> option)
    {
        option.Hidden = true;
        return option;
    }
}
