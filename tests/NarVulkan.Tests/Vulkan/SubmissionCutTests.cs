using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class SubmissionCutTests
{
    private static readonly SubmissionCut Cut = new(Work: 4e9, Seconds: 0.75);

    [Fact]
    public void Take_DeviceWhosePaceIsNotKnown_GetsOnePiece() => Assert.Equal(1, Cut.Take(Pieces(10, work: 1, seconds: 0), 0, slowdown: 1, secondsPerWork: 0));

    [Fact]
    public void Take_PiecesNeverTimed_GoesByWork() => Assert.Equal([4, 4, 2], Submissions(Cut, Pieces(10, work: 1e9, seconds: 0), secondsPerWork: 1e-12));

    /// <summary>Four times as slow as the budget of work stands for: 4e9 multiply-adds would take 3 s.</summary>
    [Fact]
    public void Take_PiecesNeverTimedOnASlowDevice_GoesByItsPace() => Assert.Equal([3, 3, 3, 1], Submissions(Cut, Pieces(10, work: 0.32e9, seconds: 0), secondsPerWork: 7.5e-10));

    [Fact]
    public void Take_PiecesTimed_GoesByTimeWhateverTheWork() =>
        Assert.Equal([7, 3], Submissions(Cut, Pieces(10, work: 4e9, seconds: 0.1)));

    [Fact]
    public void Take_MachineThatBecameSlower_TakesFewer() => Assert.Equal([3, 3, 3, 1], Submissions(Cut, Pieces(10, work: 1, seconds: 0.1), slowdown: 2));

    [Fact]
    public void Take_PieceLongerThanTheBudget_GoesAlone() => Assert.Equal([1, 1, 1], Submissions(Cut, Pieces(3, work: 1, seconds: 2)));

    [Fact]
    public void Take_EveryPiece_TakesOne() => Assert.Equal([1, 1, 1], Submissions(SubmissionCut.EveryPiece, Pieces(3, work: 0, seconds: 0)));

    [Fact]
    public void Take_ManyShortPieces_StaysWithinOneCall() =>
        Assert.Equal([SubmissionQueue.MostPerCall, 100 - SubmissionQueue.MostPerCall], Submissions(Cut, Pieces(100, work: 1, seconds: 1e-6)));

    /// <summary>llama-abs-S as recorded for two cores: about 80 pieces of 1e9 multiply-adds, four to five seconds in all, and the prefill by itself.</summary>
    [Theory]
    [InlineData(80, 0.050)]
    [InlineData(80, 0.060)]
    public void Take_GenerationOfTheOriginalsSize_IsAtMostEightSubmissionsWithThePrefill(int pieces, double seconds)
    {
        var submissions = Submissions(Cut, Pieces(pieces, work: 1e9, seconds));

        Assert.InRange(1 + submissions.Count, 2, 8);
        // And the piece in flight before it: an interruption is heard within a second.
        Assert.All(submissions, count => Assert.InRange((count + 1) * seconds, 0, 1));
    }

    [Theory]
    [InlineData(0.090, 1)]
    [InlineData(0.130, 1)]
    [InlineData(0.090, 1.5)]
    [InlineData(0.5, 1)]
    public void Take_GenerationOnASlowerMachine_StaysWithinTheBudgetAllTheSame(double seconds, double slowdown) =>
        Assert.All(Submissions(Cut, Pieces(80, work: 1e9, seconds), slowdown), count => Assert.InRange(count * seconds * slowdown, 0, 0.75));

    private static List<RecordedPiece> Pieces(int count, double work, double seconds) =>
        [.. Enumerable.Range(0, count).Select(_ => new RecordedPiece(default) { Work = work, Seconds = seconds })];

    private static List<int> Submissions(SubmissionCut cut, List<RecordedPiece> pieces, double slowdown = 1, double secondsPerWork = 0)
    {
        var counts = new List<int>();
        for (var first = 0; first < pieces.Count; first += counts[^1])
        {
            counts.Add(cut.Take(pieces, first, slowdown, secondsPerWork));
        }

        return counts;
    }
}
