using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class SoftmaxKernelTests(VulkanFixture fixture)
{
    // The scaled difference to the largest score, up to 30, is rounded before the exponential.
    private const float Tolerance = 4e-6f;

    [SkippableTheory]
    [InlineData(1, 1, 8, 1f)]
    [InlineData(3, 15, 16, 0.125f)]
    [InlineData(7, 64, 64, 0.5f)]
    [InlineData(2, 1000, 1003, 1f)]
    [InlineData(5, 65, 80, 0f)]
    public void Record_OfRows_AgreesWithTheTwin(int rows, int columns, int stride, float scale)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        // What lies between and behind the rows stays as it is.
        var expected = KernelHarness.Sentinels(rows * stride);
        var values = RandomData.Normal(new Random(columns), rows * columns, 5f);
        for (var row = 0; row < rows; row++)
        {
            values.AsSpan(row * columns, columns).CopyTo(expected.AsSpan(row * stride));
        }

        var x = harness.Upload("x", expected);
        harness.Run(recorder => new SoftmaxKernel(fixture.RequireDevice()).Record(recorder, x, rows, columns, stride, scale));

        SoftmaxReference.Apply(expected, rows, columns, stride, scale);
        KernelHarness.AssertClose(expected, harness.Read<float>(x), Tolerance);
    }

    [SkippableFact]
    public void Record_OfHugeScores_StaysFinite()
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var x = harness.Upload("x", [1e30f, -1e30f, 1e30f, 0f]);

        harness.Run(recorder => new SoftmaxKernel(fixture.RequireDevice()).Record(recorder, x, 1, 4, 4, 1f));

        // exponential() ends at 2^-126.
        KernelHarness.AssertClose([0.5f, 0f, 0.5f, 0f], harness.Read<float>(x), 1e-6f);
    }

    [SkippableFact]
    public void Record_OfARowAloneOrAmongOthers_GivesTheSameBits()
    {
        const int rows = 9, columns = 77;
        using var harness = new KernelHarness(fixture.RequireDevice());
        var values = RandomData.Normal(new Random(4), rows * columns, 3f);
        var many = harness.Upload("many", values);
        var one = harness.Upload("one", values[(5 * columns)..(6 * columns)]);
        var kernel = new SoftmaxKernel(fixture.RequireDevice());

        harness.Run(recorder =>
        {
            kernel.Record(recorder, many, rows, columns, columns, 0.3f);
            kernel.Record(recorder, one, 1, columns, columns, 0.3f);
        });

        Assert.Equal(harness.Read<float>(many).AsSpan(5 * columns, columns).ToArray(), harness.Read<float>(one));
    }
}
