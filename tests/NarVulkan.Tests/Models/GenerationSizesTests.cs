using NarVulkan.Checkpoints;
using NarVulkan.Generation;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>What the choice of a batch goes by is what a generation allocates.</summary>
[Collection(ModelCollection.Name)]
public sealed class GenerationSizesTests(ModelFixture fixture)
{
    [SkippableTheory]
    [InlineData(1, 0, false), InlineData(3, 8, false), InlineData(2, 3, true), InlineData(5, 0, true)]
    public void Sizes_OfAnyPlan_CoverWhatIsAllocated(int samples, int guidedSteps, bool keepLogits)
    {
        var context = fixture.RequireContext();
        var description = ModelFolder.Open(TestPaths.Fixture("golden/nar-c2v")).Generator!;
        using var engine = ModelLoading.LoadGenerator(context, description, new NarLoadOptions()).Engine;
        var key = new PlanKey(samples, guidedSteps, keepLogits);
        var sizes = new GenerationSizes(engine.Weights, key);
        ulong before = context.Vulkan.Allocator.UsedBytes;

        using var buffers = new GenerationBuffers(context.Vulkan, engine.Weights, key);

        ulong[] bound =
        [
            buffers.Cache.Keys(0).Size, buffers.Scratch.Qkv.Size, buffers.Scratch.Inner.Size, buffers.Scratch.Attended.Size, buffers.Scratch.Normed.Size,
            buffers.Hidden.Size, buffers.Features.Size, buffers.Logits.Size, .. buffers.HeadRows.Select(rows => rows.Size),
        ];
        Assert.Equal(bound.Max(), sizes.LargestBound);
        Assert.Equal(buffers.KeptLogits?.Size ?? 0, sizes.KeptLogits);
        // Small tables and the allocator's alignment come on top.
        ulong allocated = context.Vulkan.Allocator.UsedBytes - before;
        Assert.InRange(allocated, sizes.Total * 9 / 10, sizes.Total + (64 << 10));
    }
}
