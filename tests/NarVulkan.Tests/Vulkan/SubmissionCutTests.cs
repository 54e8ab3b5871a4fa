using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class SubmissionCutTests
{
    private static readonly SubmissionCut Cut = new(Work: 4e9, Seconds: 0.75);

    [Fact]
    public void Take_PiecesNeverTimed_GoesByWork() => Assert.Equal([4, 4, 2], Submissions(Cut, Pieces(10, work: 1e9, seconds: 0)));

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
    public void Take_GenerationOnASlowerMachine_IsAtMostEightSubmissionsAllTheSame(double seconds, double slowdown)
    {
        var submissions = Submissions(Cut with { MostSeconds = 2.5 }, Pieces(80, work: 1e9, seconds), slowdown);

        Assert.InRange(1 + submissions.Count, 2, 8);
        Assert.All(submissions, count => Assert.InRange((count + 1) * seconds * slowdown, 0, 3));
    }

    [Fact]
    public void Take_VeryLongGeneration_StaysInterruptible() =>
        Assert.All(Submissions(Cut with { MostSeconds = 2.5 }, Pieces(200, work: 1e9, seconds: 0.5)), count => Assert.InRange(count, 1, 5));

    private static List<RecordedPiece> Pieces(int count, double work, double seconds) =>
        [.. Enumerable.Range(0, count).Select(_ => new RecordedPiece(default) { Work = work, Seconds = seconds })];

    private static List<int> Submissions(SubmissionCut cut, List<RecordedPiece> pieces, double slowdown = 1)
    {
        var counts = new List<int>();
        for (var first = 0; first < pieces.Count; first += counts[^1])
        {
            counts.Add(cut.Take(pieces, first, pieces.Sum(piece => piece.Seconds), slowdown));
        }

        return counts;
    }
}
