using System.Diagnostics;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>What is left of sessions a hundred times over. The memory of the process is looked at, so that no other test may run meanwhile.</summary>
[Collection(AloneCollection.Name)]
public sealed class SessionMemoryTests(EmbeddingFixture fixture)
{
    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2v", Width = 32, Blocks = 1, Heads = 2, Grid = [2, 3, 3], Vocabulary = 64, Classes = 3 };

    [SkippableFact]
    public void CreateGenerateDispose_AHundredTimes_LeavesMemoryAsItWas()
    {
        var allocator = fixture.Context.Vulkan.Allocator;
        long settled = 0;
        ulong used = 0;
        int blocks = 0;
        for (int cycle = 0; cycle < 100; cycle++)
        {
            if (cycle == 20)
            {
                (settled, used, blocks) = (ProcessBytes(), allocator.UsedBytes, allocator.BlockCount);
            }
            using var model = NarModel.CreateRandom(fixture.Context, Tiny);
            using var session = model.CreateSession();
            session.Generate(new NarGenerationRequest { Classes = [cycle % 3], Seed = (ulong)cycle, Sampling = new NarSampling(), DecodeFrames = false });
        }

        Assert.Equal(used, allocator.UsedBytes);
        Assert.Equal(blocks, allocator.BlockCount);
        // A leaked command pool, descriptor pool or KV cache has 64 KiB or more in these drivers: 80 of them would show. What the runtime itself
        // takes meanwhile (code compiled anew) stays below 4 MiB.
        Assert.InRange(ProcessBytes() - settled, long.MinValue, 4 << 20);
    }

    private static long ProcessBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
