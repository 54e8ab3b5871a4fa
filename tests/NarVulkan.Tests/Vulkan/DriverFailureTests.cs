using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>What is left behind when the driver fails in the middle of something.</summary>
[Collection(VulkanCollection.Name)]
public sealed class DriverFailureTests(VulkanFixture fixture)
{
    private static DeviceOptions Staging => VulkanFixture.Options() with { ForceStaging = true, RingSlotBytes = 64 << 10 };

    [SkippableFact]
    public void Run_LaterSubmissionFails_LeavesNothingInFlight()
    {
        using var host = fixture.Open(Staging);
        using var device = new FaultyVulkan(host).Borrow(Staging);
        // Long pieces: the first one is still running when the second one is refused.
        using var chain = new CountUpChain(device, links: 1000, workBudget: 500);
        device.Uploads.Flush();

        FaultyVulkan.SubmissionsBeforeFailure = 1;
        var failure = Assert.Throws<DeviceMemoryException>(() => chain.Commands.Run());

        Assert.Equal(device.Queue.Submitted, device.Queue.Completed);
        Assert.StartsWith("out of device memory in vkQueueSubmit", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void CreateBuffer_ZeroingFails_LeavesNothingAndWorksTheNextTime()
    {
        using var host = fixture.Open(Staging);
        using var device = new FaultyVulkan(host).Borrow(Staging);

        FaultyVulkan.FailCommandPools = true;
        Assert.Throws<DeviceMemoryException>(() => device.CreateBuffer("data", 4096, BufferUse.Storage));
        Assert.Empty(device.Allocator.LiveRoles);

        FaultyVulkan.FailCommandPools = false;
        using var buffer = device.CreateBuffer("data", 4096, BufferUse.Storage);
        var result = new byte[4096];
        device.Readbacks.Read<byte>(buffer, 0, result);
        Assert.Equal(new byte[4096], result);
    }

    [SkippableFact]
    public void Flush_SubmissionFails_UploadsCanBeRepeated()
    {
        using var host = fixture.Open(Staging);
        using var device = new FaultyVulkan(host).Borrow(Staging);
        using var buffer = device.CreateBuffer("data", 16, BufferUse.Storage);
        device.Uploads.Flush();

        device.Uploads.Upload<uint>(buffer, 0, [1, 2, 3, 4]);
        FaultyVulkan.SubmissionsBeforeFailure = 0;
        Assert.Throws<DeviceMemoryException>(device.Uploads.Flush);
        var submitted = device.Queue.Submitted;
        device.Uploads.Flush();
        Assert.Equal(submitted, device.Queue.Submitted);

        device.Uploads.Upload<uint>(buffer, 0, [5, 6, 7, 8]);
        var result = new uint[4];
        device.Readbacks.Read<uint>(buffer, 0, result);

        Assert.Equal([5u, 6u, 7u, 8u], result);
    }

    [SkippableFact]
    public void Dispose_SubmissionOfOtherUploadsFails_IsToldAtTheNextFlush()
    {
        using var host = fixture.Open(Staging);
        using var device = new FaultyVulkan(host).Borrow(Staging);
        using var kept = device.CreateBuffer("kept", 16, BufferUse.Storage);
        var dropped = device.CreateBuffer("dropped", 16, BufferUse.Storage);

        FaultyVulkan.SubmissionsBeforeFailure = 0;
        dropped.Dispose();

        Assert.Throws<DeviceMemoryException>(device.Uploads.Flush);
        device.Uploads.Upload<uint>(kept, 0, [1, 2, 3, 4]);
        device.Uploads.Flush();
    }

    [SkippableFact]
    public void Borrow_PipelineCacheFails_LeavesNothingOnTheHostsDevice()
    {
        using var host = fixture.Open(Staging);
        var vulkan = new FaultyVulkan(host);

        FaultyVulkan.FailPipelineCaches = true;
        Assert.Throws<DeviceMemoryException>(() => vulkan.Borrow(Staging));

        Assert.Equal(1, FaultyVulkan.DestroyedSemaphores);
    }

    [SkippableFact]
    public void Borrow_DriverRefusesTheSavedPipelines_CompilesThemAgain()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"narvk-refused-{Guid.NewGuid():n}");
        var options = Staging with { PipelineCacheDirectory = folder };
        try
        {
            using var host = fixture.Open(Staging);
            var vulkan = new FaultyVulkan(host);
            using (var first = vulkan.Borrow(options))
            {
                first.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);
            }

            FaultyVulkan.FailPipelineCacheData = true;
            using (var second = vulkan.Borrow(options))
            {
                Assert.Equal(0, second.Pipelines.LoadedCacheBytes);
                Assert.Contains("refused by the driver", second.Pipelines.CacheProblem, StringComparison.Ordinal);
                Assert.NotEqual(0UL, second.Pipelines.Get(FixtureShaders.ScaleAdd, [64]).Handle.Handle);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
