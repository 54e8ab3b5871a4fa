namespace NarVulkan.Cli.Media;

/// <summary>Many clips at a glance: a row for each sample, evenly picked frames from left to right.</summary>
internal static class ContactSheet
{
    /// <summary>Pixels between and around the tiles.</summary>
    public const int Gap = 4;

    private const int MostColumns = 8;
    private const int PreferredTileHeight = 128;
    private const int MostPixelsHigh = 8192;
    private const byte Background = 32;

    /// <summary>
    /// Small frames are enlarged by a whole number until they are about 128 pixels high, unless the sheet would grow beyond 8192 pixels.
    /// Single frames (<paramref name="samples"/> of one frame each) are laid out as a nearly square grid.
    /// </summary>
    public static RgbImage Compose(IReadOnlyList<IReadOnlyList<RgbImage>> samples)
    {
        RgbImage first = samples[0][0];
        IReadOnlyList<IReadOnlyList<RgbImage>> rows = samples[0].Count > 1
            ? samples.Select(PickFrames).ToList()
            : Grid(samples.Select(frames => frames[0]).ToList());
        int columns = rows.Max(row => row.Count);
        int factor = Factor(first.Height, rows.Count);
        int tileWidth = first.Width * factor;
        int tileHeight = first.Height * factor;
        RgbImage sheet = new(columns * (tileWidth + Gap) + Gap, rows.Count * (tileHeight + Gap) + Gap);
        sheet.Pixels.AsSpan().Fill(Background);
        for (int r = 0; r < rows.Count; r++)
        {
            for (int c = 0; c < rows[r].Count; c++)
            {
                sheet.Paste(rows[r][c].Enlarge(factor), Gap + c * (tileWidth + Gap), Gap + r * (tileHeight + Gap));
            }
        }
        return sheet;
    }

    /// <summary>At most eight frames, the first and the last among them.</summary>
    private static IReadOnlyList<RgbImage> PickFrames(IReadOnlyList<RgbImage> frames)
    {
        int columns = Math.Min(MostColumns, frames.Count);
        return Enumerable.Range(0, columns).Select(c => frames[c * (frames.Count - 1) / Math.Max(1, columns - 1)]).ToList();
    }

    private static IReadOnlyList<IReadOnlyList<RgbImage>> Grid(IReadOnlyList<RgbImage> images) =>
        images.Chunk((int)Math.Ceiling(Math.Sqrt(images.Count))).ToList();

    private static int Factor(int frameHeight, int rows)
    {
        int preferred = (PreferredTileHeight + frameHeight - 1) / frameHeight;
        int affordable = (MostPixelsHigh / rows - Gap) / frameHeight;
        return Math.Max(1, Math.Min(preferred, affordable));
    }
}
