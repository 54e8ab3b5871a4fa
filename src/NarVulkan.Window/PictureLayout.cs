namespace NarVulkan.Windowing;

/// <summary>How the pictures of several samples lie side by side.</summary>
/// <param name="Columns">Samples in a row.</param>
/// <param name="Rows">Rows of samples.</param>
internal readonly record struct PictureLayout(int Columns, int Rows)
{
    /// <summary>Space between samples, in parts of a sample; none around a single one.</summary>
    public float Gap => Columns * Rows > 1 ? 0.04f : 0;

    /// <summary>The arrangement in which samples of a size appear largest in a window.</summary>
    public static PictureLayout Best(int samples, int width, int height, int windowWidth, int windowHeight)
    {
        PictureLayout best = new(1, samples);
        double largest = 0;
        for (int columns = 1; columns <= samples; columns++)
        {
            int rows = (samples + columns - 1) / columns;
            double scale = Math.Min((double)windowWidth / (columns * (long)width), (double)windowHeight / (rows * (long)height));
            if (scale > largest)
            {
                (largest, best) = (scale, new PictureLayout(columns, rows));
            }
        }
        return best;
    }
}
