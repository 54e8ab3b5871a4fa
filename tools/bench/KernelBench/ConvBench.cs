using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>3 x 3 convolutions of an image, with what comes before each of them in the VQ tokenizer: GroupNorm and swish.</summary>
internal static class ConvBench
{
    // Sums of 9 x 512 products below 1/8, each rounding at most 2^-24 of a partial sum below 64.
    private const float Tolerance = 2e-3f;
    private const int Groups = 32;
    private const float Epsilon = 1e-6f;

    public static void Run(VulkanDevice device, int size, int channels, int columns, ConvSampling sampling, IEnumerable<WeightPrecision> precisions)
    {
        var source = new RandomMatrix(columns, ConvKernel.Taps * channels);
        var kernel = new ConvKernel(device);
        var band = new ConvBand(sampling, size, 0, ConvBand.OutputSize(sampling, size));
        // A border of zeros: x is what ConvInputKernel would have written.
        using var x = Bench.Random(device, band.InputRows * (size + 2) * channels, out var xValues);
        using var y = device.CreateBuffer("y", (ulong)(band.Rows * band.OutputWidth * columns) * sizeof(float), BufferUse.Texel);
        var output = new ConvOutput(y, 0, (uint)columns, 1);
        foreach (var precision in precisions)
        {
            using var weights = PackedMatrix.Create(device, "weights", source, precision, tiling: MatmulTiling.ForConvolution(device.Profile));
            var time = Measurement.Of(device, recorder => kernel.Record(recorder, weights, x, band, output, MatmulEpilogue.Store));

            var actual = new float[band.Rows * band.OutputWidth * columns];
            device.Readbacks.Read<float>(y, 0, actual);
            foreach (var pixel in new[] { 0, band.OutputWidth - 1, band.Rows * band.OutputWidth - 1 })
            {
                var expected = new float[columns];
                ConvReference.Pixel(xValues, source.Values, channels, band, band.FirstRow + pixel / band.OutputWidth, pixel % band.OutputWidth, expected);
                Bench.Verify($"pixel {pixel}", actual.AsSpan(pixel * columns, columns), expected, Tolerance);
            }

            Bench.Print(
                $"conv {precision} {sampling} {size}x{size}, {channels} -> {columns}",
                (double)band.Rows * band.OutputWidth * columns * channels * ConvKernel.Taps, time);
        }
    }

    /// <summary>Statistics, then norm and swish into the convolution's input; the figure counts a multiply-add for each value.</summary>
    public static void RunNorm(VulkanDevice device, int size, int channels)
    {
        using var x = Bench.Random(device, size * size * channels, out _);
        using var weight = Bench.Random(device, channels, out _);
        using var moments = device.CreateBuffer("moments", (ulong)GroupNormKernel.MomentsLength(size, channels) * sizeof(float), BufferUse.Texel);
        using var scales = device.CreateBuffer("scales", 2 * (ulong)channels * sizeof(float), BufferUse.Texel);
        using var y = device.CreateBuffer("input", (ulong)((size + 2) * (size + 2) * channels) * sizeof(float), BufferUse.Texel);
        var norm = new GroupNormKernel(device);
        var input = new ConvInputKernel(device);
        var statistics = Measurement.Of(device, recorder =>
        {
            norm.RecordMoments(recorder, x, 0, size, size, channels, moments, 0);
            norm.RecordScales(recorder, moments, size, size, Groups, weight, Epsilon, scales);
        });
        Bench.Print($"group norm statistics {size}x{size}x{channels}", (double)size * size * channels, statistics);
        var rows = new ConvInputRows(size, channels, -1, size, 0, size + 2, Bordered: true);
        var apply = Measurement.Of(device, recorder => input.Record(recorder, x, rows, scales, weight, swish: true, y));
        Bench.Print($"group norm and swish {size}x{size}x{channels}", (double)size * size * channels, apply);
    }
}
