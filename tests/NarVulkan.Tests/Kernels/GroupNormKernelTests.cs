using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class GroupNormKernelTests(VulkanFixture fixture)
{
    private const int Groups = 32;
    private const float Epsilon = 1e-6f;

    // Sums of up to 70 values and of up to 416 parts in float32 against double, relative to sums of order 200.
    private const float Tolerance = 5e-6f;

    [SkippableTheory]
    [InlineData(5, 7, 32, 0f)]
    [InlineData(1, 1, 64, 0f)]
    [InlineData(13, 70, 96, 0f)]
    [InlineData(9, 3, 512, 0f)]
    [InlineData(26, 20, 512, 300f)]
    public void Record_OfAnImage_AgreesWithTheTwin(int rows, int width, int channels, float mean)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(rows + width);
        var x = Array.ConvertAll(RandomData.Normal(random, rows * width * channels, 2f), value => value + mean);
        var weight = RandomData.Normal(random, channels);
        using var texels = DeviceArrays.Create(fixture.RequireDevice(), x);
        var kernel = new GroupNormKernel(fixture.RequireDevice());
        foreach (var source in new[] { texels, harness.Upload("x", x) })
        {
            var expectedMoments = KernelHarness.Sentinels((int)GroupNormKernel.MomentsLength(rows, channels));
            var expectedScales = KernelHarness.Sentinels(2 * channels);
            var moments = harness.Upload("moments", expectedMoments);
            var scales = harness.Upload("scales", expectedScales);

            harness.Run(recorder =>
            {
                kernel.RecordMoments(recorder, source, 0, rows, width, channels, moments, 0);
                kernel.RecordScales(recorder, moments, rows, width, Groups, harness.Upload("weight", weight), Epsilon, scales);
            });

            GroupNormReference.Moments(x, rows, width, channels, expectedMoments);
            GroupNormReference.Scales(expectedMoments, rows, width, Groups, weight, Epsilon, expectedScales);
            // A deviation errs by the rounding of its mean, which is relative to the mean.
            KernelHarness.AssertClose(expectedMoments, harness.Read<float>(moments), Tolerance * (1 + mean / 10));
            // A group of one pixel and one or two channels has a variance of almost nothing.
            KernelHarness.AssertClose(expectedScales, harness.Read<float>(scales), rows * width == 1 ? 1e-4f : Tolerance * (1 + mean / 10));
        }
    }

    [SkippableFact]
    public void RecordMoments_InBands_GivesTheBitsOfTheWhole()
    {
        const int rows = 11, width = 23, channels = 64;
        using var harness = new KernelHarness(fixture.RequireDevice());
        var x = RandomData.Normal(new Random(3), rows * width * channels);
        using var source = DeviceArrays.Create(fixture.RequireDevice(), x);
        var kernel = new GroupNormKernel(fixture.RequireDevice());
        var whole = harness.Upload("whole", new float[GroupNormKernel.MomentsLength(rows, channels)]);
        var bands = harness.Upload("bands", new float[GroupNormKernel.MomentsLength(rows, channels)]);

        harness.Run(recorder =>
        {
            kernel.RecordMoments(recorder, source, 0, rows, width, channels, whole, 0);
            kernel.RecordMoments(recorder, source, 0, 1, width, channels, bands, 0);
            kernel.RecordMoments(recorder, source, 1, 3, width, channels, bands, 1);
            kernel.RecordMoments(recorder, harness.Upload("rest", x[(4 * width * channels)..]), 0, rows - 4, width, channels, bands, 4);
        });

        Assert.Equal(harness.Read<float>(whole), harness.Read<float>(bands));
    }
}
