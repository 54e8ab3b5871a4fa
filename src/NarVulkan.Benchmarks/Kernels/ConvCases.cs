using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>3 x 3 convolutions of an image, with what comes before each of them in the VQ tokenizer: GroupNorm and swish.</summary>
internal static class ConvCases
{
    // Sums of 9 x 512 products below 1/8, each rounding at most 2^-24 of a partial sum below 64.
    private const float Tolerance = 2e-3f;

    // Means of up to 65536 x 4 values in another order; swish and two products on top: see GroupNormKernelTests.
    private const float NormTolerance = 1e-4f;

    private const int Groups = 32;
    private const float Epsilon = 1e-6f;

    public static IEnumerable<KernelCase> All(KernelSet kernels)
    {
        WeightPrecision[] one = [WeightPrecision.Float32], every = [WeightPrecision.Float32, WeightPrecision.Float16, WeightPrecision.BFloat16];
        IEnumerable<IEnumerable<KernelCase>> all =
        [
            Convolutions(kernels, 16, 512, 512, ConvSampling.Same, one),
            Convolutions(kernels, 64, 256, 256, ConvSampling.Same, every),
            Convolutions(kernels, 64, 256, 256, ConvSampling.Doubled, one),
            Convolutions(kernels, 128, 128, 128, ConvSampling.Halved, one),
            Convolutions(kernels, 128, 128, 128, ConvSampling.Same, one),
            Convolutions(kernels, 128, 128, 3, ConvSampling.Same, one),
            Norm(kernels, 256, 128),
            Norm(kernels, 32, 512),
        ];
        return all.SelectMany(cases => cases);
    }

    private static IEnumerable<KernelCase> Convolutions(KernelSet kernels, int size, int channels, int columns, ConvSampling sampling, WeightPrecision[] precisions)
    {
        var device = kernels.Device;
        var source = new BenchMatrix(columns, ConvKernel.Taps * channels);
        var band = new ConvBand(sampling, size, 0, ConvBand.OutputSize(sampling, size));
        int pixels = band.Rows * band.OutputWidth;
        using var buffers = new BenchBuffers(device);
        // A border of zeros: x is what ConvInputKernel would have written.
        var x = buffers.Random("x", (long)band.InputRows * (size + 2) * channels, out float[] values);
        var y = buffers.Zeros("y", (long)pixels * columns);
        var output = new ConvOutput(y, 0, (uint)columns, 1);
        foreach (var precision in precisions)
        {
            using var weights = PackedMatrix.Create(device, "bench.weights", source, precision, tiling: MatmulTiling.ForConvolution(device.Profile));
            yield return new KernelCase
            {
                Kernel = $"conv {precision} {sampling}",
                Shape = FormattableString.Invariant($"{size}x{size}, {channels} -> {columns}"),
                MultiplyAdds = (double)pixels * columns * source.Columns,
                Bytes = (double)weights.Bytes + sizeof(float) * ((double)values.Length + (double)pixels * columns),
                Record = recorder => kernels.Conv.Record(recorder, weights, x, band, output, MatmulEpilogue.Store),
                Verify = () =>
                {
                    float[] actual = buffers.Read<float>(y), matrix = source.Read([.. Enumerable.Range(0, columns)]);
                    foreach (int pixel in new[] { 0, band.OutputWidth - 1, pixels - 1 })
                    {
                        var expected = new float[columns];
                        ConvReference.Pixel(values, matrix, channels, band, band.FirstRow + pixel / band.OutputWidth, pixel % band.OutputWidth, expected);
                        Verification.Close($"convolution, pixel {pixel}", expected, actual.AsSpan(pixel * columns, columns), Tolerance);
                    }
                },
            };
        }
    }

    /// <summary>Statistics, then norm and swish into the convolution's input; the figure counts a multiply-add for each value.</summary>
    private static IEnumerable<KernelCase> Norm(KernelSet kernels, int size, int channels)
    {
        using var buffers = new BenchBuffers(kernels.Device);
        long count = (long)size * size * channels;
        var x = buffers.Random("x", count, out float[] values);
        var weight = buffers.Random("weight", channels, out float[] weights);
        var moments = buffers.Zeros("moments", GroupNormKernel.MomentsLength(size, channels));
        var scales = buffers.Zeros("scales", 2L * channels);
        var y = buffers.Zeros("input", (long)(size + 2) * (size + 2) * channels);
        string shape = FormattableString.Invariant($"{size}x{size}x{channels}");
        yield return new KernelCase
        {
            Kernel = "group norm statistics",
            Shape = shape,
            MultiplyAdds = count,
            Bytes = sizeof(float) * (double)count,
            Record = recorder =>
            {
                kernels.GroupNorm.RecordMoments(recorder, x, 0, size, size, channels, moments, 0);
                kernels.GroupNorm.RecordScales(recorder, moments, size, size, Groups, weight, Epsilon, scales);
            },
            Verify = () =>
            {
                var (expectedMoments, expected) = (new float[GroupNormKernel.MomentsLength(size, channels)], new float[2 * channels]);
                GroupNormReference.Moments(values, size, size, channels, expectedMoments);
                GroupNormReference.Scales(expectedMoments, size, size, Groups, weights, Epsilon, expected);
                Verification.Close("group norm", expected, buffers.Read<float>(scales), NormTolerance);
            },
        };
        var rows = new ConvInputRows(size, channels, -1, size, 0, size + 2, Bordered: true);
        yield return new KernelCase
        {
            Kernel = "group norm and swish",
            Shape = shape,
            MultiplyAdds = count,
            Bytes = sizeof(float) * 2.0 * count,
            // The weight stands in for a bias, too.
            Record = recorder => kernels.ConvInput.Record(recorder, x, rows, scales, weight, swish: true, y),
            Verify = () =>
            {
                float[] expected = new float[y.Size / sizeof(float)];
                ConvInputReference.Apply(values, rows, buffers.Read<float>(scales), weights, swish: true, expected);
                Verification.Close("group norm and swish", expected, buffers.Read<float>(y), NormTolerance);
            },
        };
    }
}
