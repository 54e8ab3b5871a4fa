using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class LayerNormKernelTests(VulkanFixture fixture)
{
    private const float Epsilon = 1e-5f;

    // Two accumulations in different order over up to 1030 squares in float32, and inversesqrt's 2 ulp.
    private const float Tolerance = 4e-6f;

    [SkippableTheory]
    [InlineData(1, 8)]
    [InlineData(3, 64)]
    [InlineData(5, 72)]
    [InlineData(37, 384)]
    [InlineData(2, 1030)]
    public void Record_OfDenseRows_AgreesWithTheTwin(int rows, int width)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(rows * 10_000 + width);
        var x = RandomData.Normal(random, rows * width, 3f);
        var weight = RandomData.Normal(random, width);
        var bias = RandomData.Normal(random, width);
        var expected = KernelHarness.Sentinels(rows * width);
        var y = harness.Upload("y", expected);

        harness.Run(recorder => new LayerNormKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("x", x), harness.Upload("weight", weight), harness.Upload("bias", bias), y, rows, width, Epsilon));

        LayerNormReference.Rows(x, weight, bias, expected, Epsilon, 1, rows, rows, 0);
        KernelHarness.AssertClose(expected, harness.Read<float>(y), Tolerance);
    }

    [SkippableFact]
    public void Record_OfASliceOfEverySequence_ReadsThoseRowsAlone()
    {
        const int width = 48;
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(6);
        var x = RandomData.Normal(random, 3 * 11 * width);
        var weight = RandomData.Normal(random, width);
        var bias = RandomData.Normal(random, width);
        var expected = KernelHarness.Sentinels(3 * 4 * width);
        var y = harness.Upload("y", expected);

        harness.Run(recorder => new LayerNormKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("x", x), harness.Upload("weight", weight), harness.Upload("bias", bias), y, new RowSlice(3, 4, 11, 5), width, Epsilon));

        LayerNormReference.Rows(x, weight, bias, expected, Epsilon, 3, 4, 11, 5);
        KernelHarness.AssertClose(expected, harness.Read<float>(y), Tolerance);
    }

    [SkippableFact]
    public void Record_OfARowAloneOrAmongOthers_GivesTheSameBits()
    {
        const int width = 200;
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(7);
        var x = RandomData.Normal(random, 29 * width);
        var weight = RandomData.Normal(random, width);
        var bias = RandomData.Normal(random, width);
        var kernel = new LayerNormKernel(fixture.RequireDevice());
        var many = harness.Upload("many", new float[29 * width]);
        var one = harness.Upload("one", new float[width]);

        harness.Run(recorder =>
        {
            var rows = harness.Upload("x", x);
            var weights = harness.Upload("weight", weight);
            kernel.Record(recorder, rows, weights, harness.Upload("bias", bias), many, 29, width, Epsilon);
            kernel.Record(recorder, rows, weights, harness.Upload("bias", bias), one, new RowSlice(1, 1, 29, 17), width, Epsilon);
        });

        Assert.Equal(harness.Read<float>(many).AsSpan(17 * width, width).ToArray(), harness.Read<float>(one));
    }
}
