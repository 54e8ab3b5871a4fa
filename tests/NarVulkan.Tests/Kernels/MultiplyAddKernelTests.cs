using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class MultiplyAddKernelTests(VulkanFixture fixture)
{
    // All values on the way are whole numbers below 2^24, so that nothing rounds, fused or not.
    [SkippableTheory]
    [InlineData(1, 1, 1f, 1f)]
    [InlineData(3, 5, 1f, 3f)]
    [InlineData(2, 4, -1f, 7f)]
    [InlineData(1, 1, 2f, -1f)]
    [InlineData(5, 0, 9f, 9f)]
    public void Record_OfWholeNumbers_IsTheTwinsResult(int groups, int rounds, float multiplier, float addend)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var expected = KernelHarness.Sentinels(groups * MultiplyAddKernel.GroupSize);
        var y = harness.Upload("y", expected);

        harness.Run(recorder => new MultiplyAddKernel(fixture.RequireDevice()).Record(recorder, y, groups, rounds, multiplier, addend));

        MultiplyAddReference.Apply(expected.AsSpan(0, groups * MultiplyAddKernel.GroupSize), rounds, multiplier, addend);
        Assert.Equal(expected, harness.Read<float>(y));
    }

    [Fact]
    public void MultiplyAdds_OfADispatch_CountsEveryStepOfEveryChain() =>
        Assert.Equal(3.0 * 64 * 8 * 8 * 10, MultiplyAddKernel.MultiplyAdds(groups: 3, rounds: 10));
}
