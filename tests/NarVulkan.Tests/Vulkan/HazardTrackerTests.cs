using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class HazardTrackerTests
{
    private const ulong A = 1;
    private const ulong B = 2;

    [Theory]
    [InlineData("w", "r", true)] // read after write
    [InlineData("r", "w", true)] // write after read
    [InlineData("w", "w", true)] // write after write
    [InlineData("rw", "r", true)]
    [InlineData("r", "rw", true)]
    [InlineData("r", "r", false)]
    public void Track_SameRange_WaitsUnlessBothOnlyRead(string first, string second, bool barrier)
    {
        var tracker = new HazardTracker();

        Assert.False(tracker.Track([Access(A, 0, 64, first)]));
        Assert.Equal(barrier, tracker.Track([Access(A, 0, 64, second)]));
    }

    [Theory]
    [InlineData(0, 64, 64, 128, false)] // touching is not overlapping
    [InlineData(0, 65, 64, 128, true)]
    [InlineData(64, 128, 0, 64, false)]
    [InlineData(0, 1000, 500, 501, true)] // within
    [InlineData(500, 501, 0, 1000, true)] // around
    public void Track_RangesOfOneBuffer_WaitsOnlyWhereTheyOverlap(ulong begin, ulong end, ulong nextBegin, ulong nextEnd, bool barrier)
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, begin, end, "w")]);

        Assert.Equal(barrier, tracker.Track([Access(A, nextBegin, nextEnd, "w")]));
    }

    [Fact]
    public void Track_OtherBuffer_DoesNotWait()
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, 0, 64, "w")]);

        Assert.False(tracker.Track([Access(B, 0, 64, "rw")]));
    }

    [Fact]
    public void Track_HazardOlderThanTheLastCommand_StillWaits()
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, 0, 64, "w")]);
        tracker.Track([Access(B, 0, 64, "w")]);

        Assert.True(tracker.Track([Access(A, 0, 64, "r")]));
    }

    [Fact]
    public void BeginTogether_CommandsThatOverlap_WaitForWhatCameBeforeAndNotForEachOther()
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, 0, 64, "w")]);

        tracker.BeginTogether();
        Assert.True(tracker.Track([Access(A, 0, 64, "r"), Access(B, 0, 64, "w")]));
        Assert.False(tracker.Track([Access(A, 0, 64, "r"), Access(B, 0, 64, "w")]));
        tracker.EndTogether();

        // What comes later waits for all of them.
        Assert.True(tracker.Track([Access(B, 32, 48, "r")]));
        Assert.False(tracker.Track([Access(B, 0, 64, "r")]));
    }

    [Fact]
    public void BeginTogether_BarrierInBetween_SettlesThoseBefore()
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, 0, 64, "w")]);
        tracker.BeginTogether();
        Assert.False(tracker.Track([Access(B, 0, 64, "w")]));
        Assert.True(tracker.Track([Access(A, 0, 64, "r")]));
        tracker.EndTogether();

        Assert.False(tracker.Track([Access(B, 0, 64, "r")]));
        Assert.True(tracker.Track([Access(A, 0, 64, "w")]));
    }

    [Fact]
    public void Track_AfterABarrier_OnlyWhatCameAfterItCounts()
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, 0, 64, "w"), Access(B, 0, 64, "w")]);

        Assert.True(tracker.Track([Access(A, 0, 64, "r")]));
        Assert.False(tracker.Track([Access(B, 0, 64, "r")]));
        // The read that stood behind the barrier is remembered.
        Assert.True(tracker.Track([Access(A, 0, 64, "w")]));
    }

    [Fact]
    public void Track_OneCommandReadsAndWritesTheSameBuffer_DoesNotWaitForItself()
    {
        var tracker = new HazardTracker();

        Assert.False(tracker.Track([Access(A, 0, 64, "r"), Access(A, 0, 64, "w")]));
        Assert.True(tracker.Track([Access(A, 0, 64, "r")]));
    }

    [Fact]
    public void Clear_ForgetsEverything()
    {
        var tracker = new HazardTracker();
        tracker.Track([Access(A, 0, 64, "w")]);
        tracker.Clear();

        Assert.False(tracker.Track([Access(A, 0, 64, "r")]));
    }

    [Fact]
    public void Track_RandomCommands_NeverLeavesAConflictWithoutBarrier()
    {
        // Against a plain model: after the barriers placed so far, no two commands since the last one may conflict.
        var random = new Random(7);
        var tracker = new HazardTracker();
        var since = new List<BufferAccess>();
        for (var command = 0; command < 2000; command++)
        {
            var accesses = new BufferAccess[random.Next(1, 4)];
            for (var i = 0; i < accesses.Length; i++)
            {
                var begin = (ulong)random.Next(0, 60);
                accesses[i] = Access((ulong)random.Next(4), begin, begin + (ulong)random.Next(1, 20), random.Next(3) switch { 0 => "r", 1 => "w", _ => "rw" });
            }

            var needed = since.Any(s => accesses.Any(a => s.Buffer == a.Buffer && s.Begin < a.End && a.Begin < s.End && (s.Writes || a.Writes)));
            Assert.Equal(needed, tracker.Track(accesses));
            if (needed)
            {
                since.Clear();
            }

            since.AddRange(accesses);
        }
    }

    private static BufferAccess Access(ulong buffer, ulong begin, ulong end, string kind) =>
        new(buffer, begin, end, kind.Contains('r', StringComparison.Ordinal), kind.Contains('w', StringComparison.Ordinal));
}
