using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/conv_input.comp</c>: image rows with a border of zeros, normed and activated on the way.</summary>
internal static class ConvInputReference
{
    /// <summary>Parameters as those of <see cref="ConvInputKernel.Record"/>; without a norm <paramref name="scales"/> and <paramref name="bias"/> are empty.</summary>
    public static void Apply(ReadOnlySpan<float> x, in ConvInputRows rows, ReadOnlySpan<float> scales, ReadOnlySpan<float> bias, bool swish, Span<float> y)
    {
        var border = rows.Bordered ? 1 : 0;
        var yWidth = rows.Width + 2 * border;
        for (var row = 0; row < rows.Rows; row++)
        {
            var xRow = rows.XFirstRow + row;
            for (var column = 0; column < yWidth; column++)
            {
                var pixel = y.Slice(((rows.YFirstRow + row) * yWidth + column) * rows.Channels, rows.Channels);
                var xColumn = column - border;
                if (xRow < 0 || xRow >= rows.XRows || xColumn < 0 || xColumn >= rows.Width)
                {
                    pixel.Clear();
                    continue;
                }

                x.Slice((xRow * rows.Width + xColumn) * rows.Channels, rows.Channels).CopyTo(pixel);
                for (var c = 0; c < rows.Channels && !scales.IsEmpty; c++)
                {
                    var normed = MathF.FusedMultiplyAdd(pixel[c] - scales[c], scales[rows.Channels + c], bias[c]);
                    pixel[c] = swish ? (float)(normed / (1.0 + Math.Exp(-normed))) : normed;
                }
            }
        }
    }
}
