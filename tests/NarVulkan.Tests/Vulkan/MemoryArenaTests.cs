using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class MemoryArenaTests
{
    [Fact]
    public void TryTake_UntilFull_RangesAreDisjointAndAligned()
    {
        var arena = new MemoryArena(4096);
        var ranges = new List<(ulong Offset, ulong Bytes)>();
        while (arena.TryTake(100, 64, out var offset))
        {
            ranges.Add((offset, 100));
        }

        Assert.Equal(32, ranges.Count);
        Assert.All(ranges, r => Assert.Equal(0UL, r.Offset % 64));
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.First.Offset + pair.First.Bytes <= pair.Second.Offset));
        Assert.True(ranges[^1].Offset + 100 <= 4096);
    }

    [Fact]
    public void TryTake_LargerThanTheArena_IsRefused()
    {
        var arena = new MemoryArena(4096);

        Assert.False(arena.TryTake(4097, 1, out _));
        Assert.True(arena.TryTake(4096, 1, out _));
        Assert.False(arena.TryTake(1, 1, out _));
    }

    [Fact]
    public void Return_InAnyOrder_MergesBackToOneRange()
    {
        var random = new Random(3);
        var arena = new MemoryArena(1 << 20);
        var taken = new List<(ulong Offset, ulong Bytes)>();
        for (var round = 0; round < 3000; round++)
        {
            if (random.Next(2) == 0 || taken.Count == 0)
            {
                var bytes = (ulong)random.Next(1, 20000);
                if (arena.TryTake(bytes, 1UL << random.Next(0, 9), out var offset))
                {
                    Assert.DoesNotContain(taken, t => t.Offset < offset + bytes && offset < t.Offset + t.Bytes);
                    taken.Add((offset, bytes));
                }
            }
            else
            {
                var (offset, bytes) = taken[random.Next(taken.Count)];
                taken.Remove((offset, bytes));
                arena.Return(offset, bytes);
            }

            Assert.Equal(taken.Aggregate(0UL, (sum, t) => sum + t.Bytes), arena.UsedBytes);
        }

        taken.ForEach(t => arena.Return(t.Offset, t.Bytes));
        Assert.True(arena.IsEmpty);
        Assert.True(arena.TryTake(1 << 20, 1, out _));
    }

    [Fact]
    public void Return_Twice_IsRefused()
    {
        var arena = new MemoryArena(4096);
        arena.TryTake(128, 1, out var offset);
        arena.Return(offset, 128);

        Assert.Throws<InvalidOperationException>(() => arena.Return(offset, 128));
    }
}
