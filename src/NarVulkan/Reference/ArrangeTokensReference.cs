using NarVulkan.Decoding;

namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/arrange_tokens.comp</c>: tokens to raster order; one that does not exist yet takes the nearest one's code.</summary>
internal static class ArrangeTokensReference
{
    /// <summary>Arranges a sample's tokens.</summary>
    /// <param name="tokens">[tokens], order of generation.</param>
    /// <param name="order">Raster index of each token in order of generation.</param>
    /// <param name="known">How many of them exist.</param>
    /// <param name="grid">How they lie.</param>
    /// <param name="codes">Receives [tokens], raster order.</param>
    public static void Arrange(ReadOnlySpan<int> tokens, ReadOnlySpan<int> order, int known, TokenGrid grid, Span<int> codes)
    {
        for (var index = 0; index < grid.Count; index++)
        {
            codes[order[index]] = index < known ? tokens[index] : known == 0 ? 0 : tokens[Nearest(order[..known], order[index], grid)];
        }
    }

    private static int Nearest(ReadOnlySpan<int> candidates, int raster, TokenGrid grid)
    {
        var (nearest, least) = (0, int.MaxValue);
        for (var candidate = 0; candidate < candidates.Length; candidate++)
        {
            var distance = Distance(candidates[candidate], raster, grid);
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    private static int Distance(int a, int b, TokenGrid grid)
    {
        var area = grid.Rows * grid.Columns;
        return Math.Abs(a / area - b / area) + Math.Abs(a / grid.Columns % grid.Rows - b / grid.Columns % grid.Rows) + Math.Abs(a % grid.Columns - b % grid.Columns);
    }
}
