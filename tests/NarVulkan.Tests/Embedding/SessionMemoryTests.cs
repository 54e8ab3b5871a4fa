using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>What is left of sessions a hundred times over. What the process holds is looked at where it is alone: <see cref="Tools.EnduranceTests"/>.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class SessionMemoryTests(EmbeddingFixture fixture)
{
    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2v", Width = 32, Blocks = 1, Heads = 2, Grid = [2, 3, 3], Vocabulary = 64, Classes = 3 };

    [SkippableFact]
    public void CreateGenerateDispose_AHundredTimes_LeavesTheAllocatorAsItWas()
    {
        var allocator = fixture.Context.Vulkan.Allocator;
        ulong used = 0;
        int blocks = 0;
        for (int cycle = 0; cycle < 100; cycle++)
        {
            if (cycle == 20)
            {
                (used, blocks) = (allocator.UsedBytes, allocator.BlockCount);
            }
            using var model = NarModel.CreateRandom(fixture.Context, Tiny);
            using var session = model.CreateSession();
            session.Generate(new NarGenerationRequest { Classes = [cycle % 3], Seed = (ulong)cycle, Sampling = new NarSampling(), DecodeFrames = false });
        }

        Assert.Equal(used, allocator.UsedBytes);
        Assert.Equal(blocks, allocator.BlockCount);
    }
}
