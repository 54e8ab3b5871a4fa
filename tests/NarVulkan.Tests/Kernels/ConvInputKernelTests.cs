using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class ConvInputKernelTests(VulkanFixture fixture)
{
    // The exponential is good to 2 units in the last place, the division to 2.5.
    private const float Tolerance = 2e-6f;

    [SkippableTheory]
    // Width, channels, first row of x, rows of x, first row of y, rows, border.
    [InlineData(7, 32, -1, 5, 0, 7, true)]
    [InlineData(1, 8, -1, 1, 0, 3, true)]
    [InlineData(40, 160, 3, 9, 2, 4, true)]
    [InlineData(70, 64, 6, 9, 0, 4, true)]
    [InlineData(33, 96, 1, 4, 0, 3, false)]
    public void Record_OfRows_AgreesWithTheTwin(int width, int channels, int xFirstRow, int xRows, int yFirstRow, int rows, bool bordered)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(width + channels);
        var shape = new ConvInputRows(width, channels, xFirstRow, xRows, yFirstRow, rows, bordered);
        var x = RandomData.Normal(random, xRows * width * channels, 2f);
        var scales = RandomData.Normal(random, 2 * channels);
        var bias = RandomData.Normal(random, channels);
        var length = (yFirstRow + rows) * (width + (bordered ? 2 : 0)) * channels;
        using var texels = DeviceArrays.Create(fixture.RequireDevice(), x);
        var kernel = new ConvInputKernel(fixture.RequireDevice());

        foreach (var source in new[] { texels, harness.Upload("x", x) })
        {
            foreach (var (norm, swish) in new[] { (false, false), (true, false), (true, true) })
            {
                var expected = KernelHarness.Sentinels(length);
                var y = harness.Upload("y", expected);

                harness.Run(recorder => kernel.Record(
                    recorder, source, shape, norm ? harness.Upload("scales", scales) : null, norm ? harness.Upload("bias", bias) : null, swish, y));

                ConvInputReference.Apply(x, shape, norm ? scales : [], norm ? bias : [], swish, expected);
                KernelHarness.AssertClose(expected, harness.Read<float>(y), norm ? Tolerance : 0f);
            }
        }
    }

    [SkippableFact]
    public void Record_WithHalfANorm_Throws()
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var buffer = harness.Upload("x", new float[1024]);
        var kernel = new ConvInputKernel(fixture.RequireDevice());
        var rows = new ConvInputRows(2, 8, 0, 2, 0, 2, true);

        Assert.Throws<ArgumentException>(() => harness.Run(recorder => kernel.Record(recorder, buffer, rows, buffer, null, false, buffer)));
        Assert.Throws<ArgumentException>(() => harness.Run(recorder => kernel.Record(recorder, buffer, rows, null, null, true, buffer)));
        Assert.Throws<ArgumentException>(() => harness.Run(recorder => kernel.Record(recorder, buffer, rows with { Channels = 6 }, null, null, false, buffer)));
    }
}
