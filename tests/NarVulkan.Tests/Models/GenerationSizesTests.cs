using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>What the choice of a batch goes by is what a generation allocates.</summary>
[Collection(ModelCollection.Name)]
public sealed class GenerationSizesTests(ModelFixture fixture)
{
    [SkippableTheory]
    [InlineData("nar-c2v", 1, 1f, -1, false), InlineData("nar-c2v", 3, 2f, -1, false), InlineData("nar-c2v", 2, 2f, 4, true), InlineData("nar-c2v", 5, 1f, -1, true)]
    [InlineData("nar-t2i", 2, 3f, -1, false), InlineData("par-c2i", 3, 1.5f, 5, true)]
    public void Sizes_OfAnyPlan_CoverWhatIsAllocated(string model, int samples, float scale, int interval, bool keepLogits)
    {
        var context = fixture.RequireContext();
        var description = ModelFolder.Open(TestPaths.Fixture($"golden/{model}")).Generator!;
        using var engine = ModelLoading.LoadGenerator(context, description, new NarLoadOptions()).Engine;
        var key = new PlanKey(samples, GuidedSteps.For(engine.Weights.Schedule, scale, interval), keepLogits);
        var sizes = new GenerationSizes(engine.Weights, key);
        ulong before = context.Vulkan.Allocator.UsedBytes;

        using var buffers = new GenerationBuffers(context.Vulkan, engine.Weights, key);

        ulong[] bound =
        [
            buffers.Cache.Keys(0).Size, buffers.Scratch.Queries.Size, buffers.Scratch.Inner.Size, buffers.Scratch.Attended.Size, buffers.Scratch.Normed.Size,
            buffers.Hidden.Size, buffers.Features.Size, buffers.Logits.Size, .. buffers.HeadRows.Select(rows => rows.Size),
        ];
        Assert.Equal(bound.Max(), sizes.LargestBound);
        Assert.Equal(buffers.KeptLogits?.Size ?? 0, sizes.KeptLogits);
        // Small tables and the allocator's alignment come on top.
        ulong allocated = context.Vulkan.Allocator.UsedBytes - before;
        Assert.InRange(allocated, sizes.Total * 9 / 10, sizes.Total + (128 << 10));
    }

    [SkippableTheory]
    [InlineData("llamagen-t2i", 3f), InlineData("nar-c2i", 1f)]
    public void BatchSize_OfAnyRequest_HasNoMoreRowsThanADispatchTakes(string model, float scale)
    {
        var context = fixture.RequireContext();
        var description = ModelFolder.Open(TestPaths.Fixture($"golden/{model}")).Generator!;
        using var engine = ModelLoading.LoadGenerator(context, description, new NarLoadOptions()).Engine;
        var request = new NarGenerationRequest { Classes = [], Sampling = new NarSampling { GuidanceScale = scale }, MaxBatch = int.MaxValue };
        var guidance = GuidedSteps.For(engine.Weights.Schedule, scale, -1);

        int batch = engine.BatchSize(int.MaxValue, request, guidance);

        long rows = new GenerationSizes(engine.Weights, new PlanKey(batch, guidance, KeepLogits: false)).Rows;
        Assert.InRange(rows, 1, context.Vulkan.Profile.MaxWorkgroupCountX);
        Assert.InRange(engine.BatchSize(3, request, guidance), 1, 3);
    }
}
