namespace NarVulkan.Cli.Comparison;

/// <summary>An order of generation, and the published generator that has it.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Architecture">As in <c>narvk.json</c>.</param>
/// <param name="ParallelTokens">PAR: tokens generated together; 0 for the others.</param>
internal sealed record ComparedSchedule(string Name, string Architecture, int ParallelTokens = 0)
{
    private static readonly ComparedSchedule[] Images =
    [
        new("raster", "llamagen-c2i"),
        new("PAR, 4 tokens", "par-c2i", 4),
        new("PAR, 16 tokens", "par-c2i", 16),
        new("NAR", "nar-c2i"),
    ];

    private static readonly ComparedSchedule[] Videos = [new("raster", "larp-c2v"), new("NAR", "nar-c2v")];

    /// <summary>All that a grid allows, the slowest first.</summary>
    public static IEnumerable<ComparedSchedule> For(ComparedSize size) => size.IsVideo ? Videos : Images.Where(schedule => schedule.Fits(size.Grid));

    /// <summary>The same sizes with random weights for this schedule.</summary>
    public NarRandomModel Random(ComparedSize size)
    {
        NarRandomModel random = new()
        {
            Architecture = Architecture,
            Width = size.Width,
            Blocks = size.Blocks,
            Heads = size.Heads,
            FeedForward = size.FeedForward,
            Grid = size.Grid,
            Vocabulary = size.Vocabulary,
            Classes = size.Classes,
        };
        return ParallelTokens > 0 ? random with { ParallelTokens = ParallelTokens } : random;
    }

    // PAR cuts the grid into as many equal squares as it generates tokens together.
    private bool Fits(IReadOnlyList<int> grid) => ParallelTokens == 0 || grid.All(side => side % (int)Math.Sqrt(ParallelTokens) == 0);
}
