using NarVulkan.Kernels;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class ConvKernelTests(VulkanFixture fixture)
{
    private static readonly MatmulEpilogue[] Epilogues = [MatmulEpilogue.Store, MatmulEpilogue.StoreBias, MatmulEpilogue.AddTo, MatmulEpilogue.AddToBias];

    private static readonly WeightPrecision[] Precisions = [WeightPrecision.Float32, WeightPrecision.Float16, WeightPrecision.BFloat16];

    [SkippableFact]
    public void Record_WithAnyPrecisionEpilogueAndLoadPath_MatchesTwin()
    {
        var device = fixture.RequireDevice();
        foreach (var precision in Precisions)
        {
            foreach (var epilogue in Epilogues)
            {
                // 35 pixels are two tiles and a rest, 77 channels no multiple of the lanes.
                var image = new ConvCase(5, 7, 16, 77, ConvSampling.Same, epilogue, precision);
                using var matrix = image.Pack(device);

                image.AssertMatchesTwin(device, matrix);
                image.AssertMatchesTwin(device, matrix, storage: true);
            }
        }
    }

    [SkippableTheory]
    [InlineData((int)ConvSampling.Same, 1, 1, 8, 3)]
    [InlineData((int)ConvSampling.Same, 9, 1, 24, 32)]
    [InlineData((int)ConvSampling.Same, 3, 33, 8, 130)]
    [InlineData((int)ConvSampling.Same, 13, 17, 40, 20)]
    [InlineData((int)ConvSampling.Doubled, 1, 1, 8, 8)]
    [InlineData((int)ConvSampling.Doubled, 3, 5, 16, 64)]
    [InlineData((int)ConvSampling.Doubled, 4, 7, 32, 17)]
    [InlineData((int)ConvSampling.Halved, 2, 2, 8, 8)]
    [InlineData((int)ConvSampling.Halved, 6, 10, 16, 40)]
    [InlineData((int)ConvSampling.Halved, 12, 8, 24, 150)]
    public void Record_WithAnySamplingAndSize_MatchesTwin(int sampling, int height, int width, int channels, int columns)
    {
        var device = fixture.RequireDevice();
        var image = new ConvCase(height, width, channels, columns, (ConvSampling)sampling, MatmulEpilogue.StoreBias);
        using var matrix = image.Pack(device);

        image.AssertMatchesTwin(device, matrix);
    }

    [SkippableTheory]
    [InlineData((int)ConvSampling.Same, false)]
    [InlineData((int)ConvSampling.Same, true)]
    [InlineData((int)ConvSampling.Doubled, false)]
    [InlineData((int)ConvSampling.Halved, true)]
    public void Record_InBands_GivesTheBitsOfTheWhole(int sampling, bool storage)
    {
        var device = fixture.RequireDevice();
        var image = new ConvCase(14, 10, 16, 70, (ConvSampling)sampling, MatmulEpilogue.AddToBias);
        using var matrix = image.Pack(device);
        var whole = image.OnDevice(device, matrix, 0, image.OutputRows, storage);

        foreach (var height in new[] { 1, 2, 3, 5 })
        {
            var bands = new List<float>();
            for (var first = 0; first < image.OutputRows; first += height)
            {
                bands.AddRange(image.OnDevice(device, matrix, first, Math.Min(height, image.OutputRows - first), storage));
            }

            Assert.Equal(whole, bands);
        }
    }

    [SkippableFact]
    public void Record_WithPlanarOutput_GivesTheSameValues()
    {
        var device = fixture.RequireDevice();
        var image = new ConvCase(6, 11, 32, 3, ConvSampling.Same, MatmulEpilogue.StoreBias);
        using var matrix = image.Pack(device);
        const int pixels = 6 * 11;

        var planes = image.OnDevicePlanar(device, matrix);

        var interleaved = image.OnDevice(device, matrix, 0, 6);
        Assert.Equal(interleaved, Enumerable.Range(0, pixels * 3).Select(i => planes[i % 3 * pixels + i / 3]));
    }

    [SkippableFact]
    public void Record_WithTheTilingOfGpus_MatchesTwin()
    {
        var device = fixture.RequireDevice();
        foreach (var columns in new[] { 3, 40, 200 })
        {
            var image = new ConvCase(7, 9, 32, columns, ConvSampling.Same, MatmulEpilogue.AddToBias, WeightPrecision.Float16);
            using var matrix = image.Pack(device, MatmulTiling.GpuConvolution);

            image.AssertMatchesTwin(device, matrix);
            image.AssertMatchesTwin(device, matrix, storage: true);
        }
    }

    [SkippableTheory]
    [InlineData((int)ConvSampling.Same, 3)]
    [InlineData((int)ConvSampling.Doubled, 70)]
    [InlineData((int)ConvSampling.Halved, 40)]
    public void Record_OnEitherLoadPath_GivesTheSameBits(int sampling, int columns)
    {
        var device = fixture.RequireDevice();
        var image = new ConvCase(10, 14, 24, columns, (ConvSampling)sampling, MatmulEpilogue.StoreBias);
        using var matrix = image.Pack(device, MatmulTiling.SoftwareConvolution);

        Assert.Equal(image.OnDevice(device, matrix, 0, 5, storage: true), image.OnDevice(device, matrix, 0, 5));
    }

    [SkippableTheory]
    [InlineData(3)]
    [InlineData(40)]
    public void Record_WithATileFixedInTheShader_GivesTheBitsOfTheOther(int columns)
    {
        var device = fixture.RequireDevice();
        var image = new ConvCase(7, 9, 32, columns, ConvSampling.Same, MatmulEpilogue.AddToBias, WeightPrecision.Float16);
        using var matrix = image.Pack(device, MatmulTiling.FixedSoftwareConvolution);
        using var other = image.Pack(device, MatmulTiling.SoftwareConvolution);

        image.AssertMatchesTwin(device, matrix, storage: true);
        Assert.Equal(image.OnDevice(device, other, 0, 7, storage: true), image.OnDevice(device, matrix, 0, 7, storage: true));
    }

    [SkippableFact]
    public void Record_WhenWeightsExceedOneBinding_UsesPanels()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 48 << 10 });
        var image = new ConvCase(4, 6, 32, 100, ConvSampling.Same, MatmulEpilogue.StoreBias);
        using var matrix = image.Pack(device);

        Assert.True(matrix.Panels.Count >= 2, $"{matrix.Panels.Count} panels of {matrix.Bytes} bytes");
        image.AssertMatchesTwin(device, matrix);
    }

    [SkippableFact]
    public void Record_WithWhatDoesNotFit_Throws()
    {
        var device = fixture.RequireDevice();
        using var recorder = new CommandRecorder(device, "misuse");
        using var buffer = DeviceArrays.Create(device, new float[4096]);
        var kernel = new ConvKernel(device);
        var output = new ConvOutput(buffer, 0, 8, 1);
        using var matrix = new ConvCase(2, 2, 8, 8, ConvSampling.Same, MatmulEpilogue.Store).Pack(device);
        using var notOfTaps = new MatmulCase(8, 16, WeightPrecision.Float32, MatmulEpilogue.Store).Pack(device);
        var band = new ConvBand(ConvSampling.Same, 2, 0, 2);

        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, notOfTaps, buffer, band, output, MatmulEpilogue.Store));
        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, band with { Rows = 0 }, output, MatmulEpilogue.Store));
        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, band, output, MatmulEpilogue.StoreBias));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Record(recorder, matrix, buffer, band, output, MatmulEpilogue.SwiGlu));
    }
}
