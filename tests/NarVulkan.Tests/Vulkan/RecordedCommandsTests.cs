using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

[Collection(VulkanCollection.Name)]
public sealed class RecordedCommandsTests(VulkanFixture fixture)
{
    [SkippableFact]
    public void Run_ManyTimes_ReplaysTheSameChain()
    {
        using var chain = new CountUpChain(fixture.RequireDevice(), links: 37, workBudget: null);
        for (var run = 1; run <= 50; run++)
        {
            Assert.Equal(chain.Expected(run), chain.Run());
        }
    }

    [SkippableTheory]
    [InlineData(1, 40)]
    [InlineData(3, 14)]
    [InlineData(39.5, 2)]
    [InlineData(40, 1)]
    public void Run_CutIntoPiecesByWork_EqualsASinglePiece(double budget, int pieces)
    {
        var device = fixture.RequireDevice();
        using var whole = new CountUpChain(device, links: 40, workBudget: 1e9);
        using var cut = new CountUpChain(device, links: 40, workBudget: budget);

        Assert.Equal(1, whole.Commands.PieceCount);
        Assert.Equal(pieces, cut.Commands.PieceCount);
        Assert.Equal(whole.Run(), cut.Run());
        Assert.Equal(whole.Expected(runs: 2), cut.Run());
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Run_MarkedSteps_AreReportedOnceInOrder(double budget)
    {
        using var chain = new CountUpChain(fixture.RequireDevice(), links: 40, workBudget: budget);
        var steps = new List<int>();

        chain.Run(steps.Add);

        Assert.Equal(Enumerable.Range(0, 40), steps);
    }

    [SkippableFact]
    public void Run_Cancelled_StopsBetweenPiecesAndCanRunAgain()
    {
        using var chain = new CountUpChain(fixture.RequireDevice(), links: 40, workBudget: 1);
        using var cancellation = new CancellationTokenSource();
        var steps = new List<int>();

        Assert.Throws<OperationCanceledException>(() => chain.Run(
            step =>
            {
                steps.Add(step);
                if (step == 5)
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token));

        Assert.Equal(Enumerable.Range(0, 6), steps);
        // Nothing is in flight: the buffer can be read at once, and the chain starts over.
        var before = chain.Read();
        Assert.Equal(before, chain.Read());
        chain.Commands.Run();
    }

    [SkippableFact]
    public void Run_AlreadyCancelled_SubmitsNothing()
    {
        var device = fixture.RequireDevice();
        using var chain = new CountUpChain(device, links: 4, workBudget: 1);
        device.Uploads.Flush();
        var submitted = device.Queue.Submitted;

        Assert.Throws<OperationCanceledException>(() => chain.Commands.Run(cancellation: new CancellationToken(canceled: true)));

        Assert.Equal(submitted, device.Queue.Submitted);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_ProgressReportThrows_LeavesNothingInFlight(bool deviceException)
    {
        var device = fixture.RequireDevice();
        // Long pieces: the second one is still running when the first step is reported.
        using var chain = new CountUpChain(device, links: 1000, workBudget: 500);
        Exception failure = deviceException ? new DeviceException("out of device memory") : new TimeoutException();

        Assert.Same(failure, Assert.ThrowsAny<Exception>(() => chain.Run(_ => throw failure)));

        Assert.Equal(device.Queue.Submitted, device.Queue.Completed);
    }

    [SkippableFact]
    public void Run_FromWithinItsOwnReport_IsRefused()
    {
        using var chain = new CountUpChain(fixture.RequireDevice(), links: 4, workBudget: 1);

        var refused = Assert.Throws<InvalidOperationException>(() => chain.Run(_ => chain.Commands.Run()));

        Assert.Contains("already running", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Timings_OfRegions_ArePositiveAndWithinTheRun()
    {
        var device = fixture.RequireDevice();
        Skip.If(device.Profile.TimestampPeriodNanoseconds == 0, "the queue has no timestamps");
        using var chain = new CountUpChain(device, links: 300, workBudget: 50, timestamps: true);
        Assert.Empty(chain.Commands.Timings);
        chain.Commands.Run();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        chain.Commands.Run();
        var elapsed = clock.Elapsed.TotalMilliseconds;

        var (region, milliseconds) = Assert.Single(chain.Commands.Timings);

        Assert.Equal("links", region);
        // Timestamps run on the device's clock: a tenth more than the host saw is drift, not an error.
        Assert.InRange(milliseconds, double.Epsilon, elapsed * 1.1);
    }

    [SkippableFact]
    public void Timings_EqualNames_AddUp()
    {
        var device = fixture.RequireDevice();
        Skip.If(device.Profile.TimestampPeriodNanoseconds == 0, "the queue has no timestamps");
        using var x = device.CreateBuffer("x", 4096, BufferUse.Storage);
        using var recorder = new CommandRecorder(device, "regions", timestamps: true);
        recorder.BeginRegion("all");
        // More regions than one query pool holds timestamps for.
        for (var i = 0; i < 200; i++)
        {
            recorder.BeginRegion(i % 2 == 0 ? "even" : "odd");
            recorder.Fill(x, 0, 4096, (uint)i);
            recorder.EndRegion();
        }

        recorder.EndRegion();
        using var commands = recorder.Finish();
        commands.Run();
        commands.Run();

        var timings = commands.Timings;

        Assert.Equal(["even", "odd", "all"], timings.Select(t => t.Region));
        Assert.True(timings[2].Milliseconds >= timings[0].Milliseconds + timings[1].Milliseconds);
    }
}
