using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/conv_tiled.comp</c>: 3 x 3 convolution, channels last.</summary>
internal static class ConvReference
{
    /// <summary>
    /// The channels of one output pixel, before the epilogue. Each is one chain of fused multiply-adds over taps and
    /// channels in float32, as in the kernel.
    /// </summary>
    /// <param name="x">[band.InputRows, 1 + band.InputWidth + 1, channels].</param>
    /// <param name="weights">[N, 9, channels].</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="band">The rows that x holds.</param>
    /// <param name="row">Row of the output image.</param>
    /// <param name="column">Column of the output image.</param>
    /// <param name="y">[N].</param>
    public static void Pixel(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, int channels, in ConvBand band, int row, int column, Span<float> y)
    {
        for (var n = 0; n < y.Length; n++)
        {
            var sum = 0f;
            for (var tap = 0; tap < ConvKernel.Taps; tap++)
            {
                var xRow = Source(band.Sampling, row, tap / 3) - band.InputFirstRow;
                var xColumn = Source(band.Sampling, column, tap % 3) + 1;
                var pixel = x.Slice((xRow * (band.InputWidth + 2) + xColumn) * channels, channels);
                var taps = weights.Slice((n * ConvKernel.Taps + tap) * channels, channels);
                for (var c = 0; c < channels; c++)
                {
                    sum = MathF.FusedMultiplyAdd(pixel[c], taps[c], sum);
                }
            }

            y[n] = sum;
        }
    }

    /// <summary>All pixels of a band: y[i, n] = epilogue(sum), y dense [pixels, N].</summary>
    public static void Apply(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, int channels, in ConvBand band, ReadOnlySpan<float> bias, Span<float> y, MatmulEpilogue epilogue)
    {
        var columns = weights.Length / (ConvKernel.Taps * channels);
        var sums = new float[columns];
        for (var pixel = 0; pixel < band.Rows * band.OutputWidth; pixel++)
        {
            Pixel(x, weights, channels, band, band.FirstRow + pixel / band.OutputWidth, pixel % band.OutputWidth, sums);
            for (var n = 0; n < columns; n++)
            {
                var value = bias.IsEmpty ? sums[n] : sums[n] + bias[n];
                ref var target = ref y[pixel * columns + n];
                target = epilogue is MatmulEpilogue.AddTo or MatmulEpilogue.AddToBias ? value + target : value;
            }
        }
    }

    /// <summary>Row or column of the input image that a tap of an output pixel sees; -1 and beyond the image is padding.</summary>
    private static int Source(ConvSampling sampling, int output, int tap) => sampling switch
    {
        ConvSampling.Doubled => (int)Math.Floor((output + tap - 1) / 2.0),
        ConvSampling.Halved => 2 * output + tap,
        _ => output + tap - 1,
    };
}
