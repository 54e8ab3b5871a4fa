namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/rms_norm.comp</c>: RMSNorm (Zhang and Sennrich, 2019).</summary>
internal static class RmsNormReference
{
    /// <summary>
    /// y = x / sqrt(mean(x^2) + epsilon) * weight for one row. The mean is accumulated in double; the scaled
    /// values are float32.
    /// </summary>
    public static void Row(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> y, float epsilon)
    {
        var squares = 0.0;
        foreach (var value in x)
        {
            squares += (double)value * value;
        }

        var scale = (float)(1.0 / Math.Sqrt(squares / x.Length + epsilon));
        for (var column = 0; column < x.Length; column++)
        {
            y[column] = x[column] * scale * weight[column];
        }
    }

    /// <summary>
    /// Norms a slice of the rows of every sequence: y[q * rowsPerSequence + i] from
    /// x[q * xRowsPerSequence + xFirstRow + i], rows of weight.Length floats.
    /// </summary>
    public static void Rows(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> y, float epsilon,
        int sequences, int rowsPerSequence, int xRowsPerSequence, int xFirstRow)
    {
        var width = weight.Length;
        for (var q = 0; q < sequences; q++)
        {
            for (var i = 0; i < rowsPerSequence; i++)
            {
                var source = x.Slice((q * xRowsPerSequence + xFirstRow + i) * width, width);
                Row(source, weight, y.Slice((q * rowsPerSequence + i) * width, width), epsilon);
            }
        }
    }
}
