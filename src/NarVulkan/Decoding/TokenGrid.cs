namespace NarVulkan.Decoding;

/// <summary>
/// The latent grid that a generator fills: <c>Frames x Rows x Columns</c> tokens. An image has one frame.
/// </summary>
/// <param name="Frames">Latent frames, T (not pixel frames: a LARP token covers four of those).</param>
/// <param name="Rows">Token rows, H.</param>
/// <param name="Columns">Token columns, W.</param>
internal readonly record struct TokenGrid(int Frames, int Rows, int Columns)
{
    /// <summary>Tokens in the whole grid.</summary>
    public int Count => checked(Frames * Rows * Columns);

    /// <summary>The largest Manhattan distance from the first token; one decode step serves each distance.</summary>
    public int LargestDistance => Frames + Rows + Columns - 3;

    /// <summary>Raster index (frame by frame, row by row) of a token.</summary>
    public int RasterIndex(int frame, int row, int column) => (frame * Rows + row) * Columns + column;

    /// <summary>Reads a grid from a model description: [rows, columns] or [frames, rows, columns].</summary>
    /// <exception cref="ArgumentException">The list has neither two nor three entries, or one that is not positive.</exception>
    public static TokenGrid FromDimensions(IReadOnlyList<int> dimensions)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Count is < 2 or > 3 || dimensions.Any(size => size < 1))
        {
            throw new ArgumentException($"A token grid has two or three positive sizes, not [{string.Join(", ", dimensions)}].", nameof(dimensions));
        }
        return dimensions.Count == 2
            ? new TokenGrid(1, dimensions[0], dimensions[1])
            : new TokenGrid(dimensions[0], dimensions[1], dimensions[2]);
    }
}
