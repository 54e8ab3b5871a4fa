using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>Where blocks and bytes are counted, buffers are not zeroed: on a device that needs staging that would make a ring.</summary>
[Collection(VulkanCollection.Name)]
public sealed class DeviceAllocatorTests(VulkanFixture fixture)
{
    [SkippableFact]
    public void CreateBuffer_ManySizes_StayWithinArenas()
    {
        using var device = fixture.Open(VulkanFixture.Options());
        var random = new Random(5);
        var buffers = Enumerable.Range(0, 200)
            .Select(i => device.CreateBuffer($"buffer{i}", (ulong)random.Next(1, 100_000), BufferUse.Storage, zeroed: false))
            .ToList();

        Assert.Equal(1, device.Allocator.BlockCount);
        Assert.Equal(200, device.Allocator.LiveRoles.Count);
        Assert.True(device.Allocator.UsedBytes >= buffers.Aggregate(0UL, (sum, b) => sum + b.Size));
        buffers.ForEach(b => b.Dispose());
        Assert.Empty(device.Allocator.LiveRoles);
        Assert.Equal(0UL, device.Allocator.UsedBytes);
    }

    [SkippableFact]
    public void CreateBuffer_LoweredAllocationSize_SpreadsOverBlocks()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { MaxAllocationSize = 1 << 20 });
        var buffers = Enumerable.Range(0, 5).Select(i => device.CreateBuffer($"part{i}", 700_000, BufferUse.Storage, zeroed: false)).ToList();

        Assert.Equal(1UL << 20, device.Allocator.ArenaBytes);
        Assert.Equal(5, device.Allocator.BlockCount);
        buffers.ForEach(b => b.Dispose());
        Assert.Equal(1, device.Allocator.BlockCount);
    }

    [SkippableFact]
    public void CreateBuffer_LargerThanAnAllocation_SaysWhichAndWhatToDo()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { MaxAllocationSize = 1 << 20 });

        var refused = Assert.Throws<DeviceException>(() => device.CreateBuffer("kvKeys", (1 << 20) + 1, BufferUse.Storage));

        Assert.Contains("'kvKeys'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 MiB", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0UL, device.Allocator.UsedBytes);
    }

    [SkippableFact]
    public void CreateBuffer_LargerThanAnArena_GetsAndReturnsItsOwnBlock()
    {
        using var device = fixture.Open(VulkanFixture.Options());
        using (device.CreateBuffer("large", device.Allocator.ArenaBytes + 1, BufferUse.Storage, zeroed: false))
        {
            Assert.Equal(1, device.Allocator.BlockCount);
        }

        Assert.Equal(0, device.Allocator.BlockCount);
    }

    [SkippableFact]
    public void CreateBuffer_ZeroBytes_IsRefusedByRole()
    {
        var device = fixture.RequireDevice();

        var refused = Assert.Throws<DeviceException>(() => device.CreateBuffer("logits", 0, BufferUse.Storage));

        Assert.Contains("'logits'", refused.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void CreateBuffer_ReusedMemory_ReadsAsZero(bool forceStaging)
    {
        using var device = fixture.Open(VulkanFixture.Options() with { ForceStaging = forceStaging });
        var ones = Enumerable.Repeat(1u, 50_000).ToArray();
        using (var dirty = device.CreateBuffer("dirty", 200_000, BufferUse.Storage))
        {
            device.Uploads.Upload<uint>(dirty, 0, ones);
            var check = new uint[50_000];
            device.Readbacks.Read<uint>(dirty, 0, check);
            Assert.Equal(ones, check);
        }

        using var clean = device.CreateBuffer("clean", 200_000, BufferUse.Storage);
        var result = new uint[50_000];
        device.Readbacks.Read<uint>(clean, 0, result);

        Assert.All(result, v => Assert.Equal(0u, v));
    }

    [SkippableFact]
    public void Usage_PerRole_KeepsThePeak()
    {
        using var device = fixture.Open(VulkanFixture.Options());
        using (device.CreateBuffer("scratch", 1 << 20, BufferUse.Storage, zeroed: false))
        using (device.CreateBuffer("scratch", 1 << 20, BufferUse.Storage, zeroed: false))
        {
            Assert.Equal(2UL << 20, device.Allocator.UsedBytes);
        }

        using var weights = device.CreateBuffer("weights", 1 << 16, BufferUse.Storage, zeroed: false);

        Assert.Equal(new RoleUsage("scratch", 0, 2 << 20), device.Allocator.Usage[0]);
        Assert.Equal(new RoleUsage("weights", 1 << 16, 1 << 16), device.Allocator.Usage[1]);
        Assert.Equal(2UL << 20, device.Allocator.PeakBytes);
        Assert.Equal(1UL << 16, device.Allocator.UsedBytes);
    }

    [SkippableFact]
    public void TexelView_MoreTexelsThanTheLimit_IsRefusedByRole()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { MaxTexelBufferElements = 100 });
        using var fits = device.CreateBuffer("fits", 100 * 16, BufferUse.Texel);
        using var large = device.CreateBuffer("large", 101 * 16, BufferUse.Texel);

        Assert.NotEqual(0UL, fits.TexelView(Format.R32G32B32A32Uint).Handle);
        Assert.Equal(fits.TexelView(Format.R32G32B32A32Uint).Handle, fits.TexelView(Format.R32G32B32A32Uint).Handle);
        Assert.False(large.FitsTexelView(Format.R32G32B32A32Uint));
        var refused = Assert.Throws<DeviceException>(() => large.TexelView(Format.R32G32B32A32Uint));
        Assert.Contains("'large' has 101 texels", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Dispatch_BindingOverTheStorageRange_IsRefusedByRole()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 4096 });
        using var x = device.CreateBuffer("wideRows", 4097, BufferUse.Storage);
        using var recorder = new CommandRecorder(device, "range");

        var refused = Assert.Throws<DeviceException>(() => FixtureShaders.RecordScaleAdd(device, recorder, x, x, 0, 1, 1));

        Assert.Contains("'wideRows'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("at most 4096", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Dispose_WithBuffersAlive_NamesThem()
    {
        var device = fixture.Open(VulkanFixture.Options() with { Validation = false });
        device.CreateBuffer("forgottenLogits", 64, BufferUse.Storage);

        var leak = Assert.Throws<InvalidOperationException>(device.Dispose);

        Assert.Contains("1 buffers", leak.Message, StringComparison.Ordinal);
        Assert.Contains("forgottenLogits", leak.Message, StringComparison.Ordinal);
    }
}
