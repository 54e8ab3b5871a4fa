namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/layer_norm.comp</c>: LayerNorm (Ba, Kiros and Hinton, 2016).</summary>
internal static class LayerNormReference
{
    /// <summary>
    /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias for one row, population variance. Mean and
    /// variance are accumulated in double; the scaled values are float32.
    /// </summary>
    public static void Row(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y, float epsilon)
    {
        var sum = 0.0;
        foreach (var value in x)
        {
            sum += value;
        }

        var mean = sum / x.Length;
        var squares = 0.0;
        foreach (var value in x)
        {
            squares += (value - mean) * (value - mean);
        }

        var scale = (float)(1.0 / Math.Sqrt(squares / x.Length + epsilon));
        for (var column = 0; column < x.Length; column++)
        {
            y[column] = (x[column] - (float)mean) * scale * weight[column] + bias[column];
        }
    }

    /// <summary>
    /// Norms a slice of the rows of every sequence: y[q * rowsPerSequence + i] from
    /// x[q * xRowsPerSequence + xFirstRow + i], rows of weight.Length floats.
    /// </summary>
    public static void Rows(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y, float epsilon,
        int sequences, int rowsPerSequence, int xRowsPerSequence, int xFirstRow)
    {
        var width = weight.Length;
        for (var q = 0; q < sequences; q++)
        {
            for (var i = 0; i < rowsPerSequence; i++)
            {
                var source = x.Slice((q * xRowsPerSequence + xFirstRow + i) * width, width);
                Row(source, weight, bias, y.Slice((q * rowsPerSequence + i) * width, width), epsilon);
            }
        }
    }
}
