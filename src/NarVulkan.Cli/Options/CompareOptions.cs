using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>Schedules side by side on one machine.</summary>
internal sealed class CompareOptions
{
    public const int FewestRuns = 3;

    private const int MostRuns = 1000;

    public Option<bool> Compare { get; } = OptionKinds.Flag(
        "--compare", "time the raster, PAR and NAR schedules on this device with weights of equal size: the model's own where one is given, else random");

    public Option<string?> Size { get; } = OptionKinds.Text(
        "--size", "NAME", "size of random weights: B, L, XL, ... as published, or tiny (default: tiny on software devices, L on discrete GPUs, else B)");

    public Option<int[]?> Grid { get; } = OptionKinds.TokenGrid(
        "--grid", "tokens of random weights: rows and columns (default: 16,16), or frames, rows and columns for the video schedules");

    public Option<int?> Runs { get; } = OptionKinds.Integer("--runs", "R", "timed runs of each schedule, of which the median counts; at least 3 (default: 3)", FewestRuns, MostRuns);

    public OptionGroup Group => new("Comparison", Compare, Size, Grid, Runs);

    /// <summary>The options that say something only together with <c>--compare</c>.</summary>
    public IReadOnlyList<Option> OnlyWithCompare => [Size, Grid, Runs];
}
