namespace NarVulkan.Windowing;

/// <summary>
/// What is known of each token of a sample, laid over the pictures: those that do not exist yet are darkened, fresh ones tinted. The same for all
/// samples, whose order of generation is the same. Immutable.
/// </summary>
public sealed class TokenGrid
{
    /// <summary>State of a token that does not exist yet.</summary>
    internal const byte Missing = 0;

    /// <summary>State of a token that is not fresh any more.</summary>
    internal const byte Settled = 1;

    // How fresh tokens of the last steps look: the wave front has a tail, so that it is seen to move.
    private static readonly byte[] Wave = [255, 150, 80, 35];

    private readonly byte[] states;

    private TokenGrid(int frames, int rows, int columns, byte[] states) => (Frames, Rows, Columns, this.states) = (frames, rows, columns, states);

    /// <summary>Token frames; 1 for images.</summary>
    public int Frames { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>States in raster order: 0 missing, 1 settled, above it how fresh.</summary>
    internal ReadOnlySpan<byte> States => states;

    /// <summary>A grid of which nothing exists yet.</summary>
    /// <param name="grid">[frames, rows, columns], as <see cref="NarModelInfo.Grid"/>.</param>
    public static TokenGrid Empty(IReadOnlyList<int> grid) => new(grid[0], grid[1], grid[2], new byte[checked(grid[0] * grid[1] * grid[2])]);

    /// <summary>A grid of which everything exists and nothing is fresh: pictures look as they are.</summary>
    public static TokenGrid Complete(IReadOnlyList<int> grid)
    {
        TokenGrid complete = Empty(grid);
        Array.Fill(complete.states, Settled);
        return complete;
    }

    /// <summary>The grid after a step.</summary>
    /// <param name="fresh">Places of the tokens that the step sampled, raster indices: <see cref="NarStep.Fresh"/>.</param>
    public TokenGrid After(IReadOnlyList<int> fresh)
    {
        byte[] next = new byte[states.Length];
        for (int i = 0; i < states.Length; i++)
        {
            next[i] = states[i] <= Settled ? states[i] : Fade(states[i]);
        }
        foreach (int place in fresh)
        {
            next[place] = Wave[0];
        }
        return new TokenGrid(Frames, Rows, Columns, next);
    }

    private static byte Fade(byte state) => Array.IndexOf(Wave, state) + 1 is var next && next < Wave.Length ? Wave[next] : Settled;
}
