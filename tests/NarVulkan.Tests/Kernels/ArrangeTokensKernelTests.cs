using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class ArrangeTokensKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    [InlineData(1, 5, 3, 15, 0)]
    [InlineData(1, 5, 3, 7, 1)]
    [InlineData(1, 7, 11, 1, 0)]
    [InlineData(3, 5, 7, 40, 2)]
    [InlineData(3, 5, 7, 0, 1)]
    [InlineData(3, 5, 7, 1000, 1)] // more than there are
    public void Record_OfASample_AgreesWithTheTwin(int frames, int rows, int columns, int known, int sample)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var grid = new TokenGrid(frames, rows, columns);
        var random = new Random(known);
        int[] order = [.. Enumerable.Range(0, grid.Count)];
        random.Shuffle(order);
        var ranks = new int[grid.Count];
        for (var index = 0; index < order.Length; index++)
        {
            ranks[order[index]] = index;
        }

        int[] tokens = [.. Enumerable.Range(0, 3 * grid.Count).Select(_ => random.Next(8192))];
        // The guard band stays as it is.
        int[] expected = [.. Enumerable.Repeat(-7, grid.Count + 128)];
        var codes = harness.Upload("codes", expected);

        harness.Run(recorder => new ArrangeTokensKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("tokens", tokens), sample, harness.Upload("order", order), harness.Upload("ranks", ranks), harness.Upload("known", new[] { (uint)known }), codes, grid));

        ArrangeTokensReference.Arrange(tokens.AsSpan(sample * grid.Count, grid.Count), order, Math.Min(known, grid.Count), grid, expected);
        Assert.Equal(expected, harness.Read<int>(codes));
    }

    [Fact]
    public void Arrange_HalfOfALine_ContinuesTheLastToken()
    {
        var codes = new int[6];

        ArrangeTokensReference.Arrange([5, 6, 7, 1, 2, 3], [0, 1, 2, 3, 4, 5], 3, new TokenGrid(1, 1, 6), codes);

        Assert.Equal([5, 6, 7, 7, 7, 7], codes);
    }
}
