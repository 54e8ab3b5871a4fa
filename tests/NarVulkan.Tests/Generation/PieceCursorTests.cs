using NarVulkan.Generation;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Generation;

public sealed class PieceCursorTests
{
    // Step 0 in one piece, step 1 in two, step 2 in one; 10 multiply-adds each.
    private static readonly RecordedPiece[] Pieces = [Piece(0), Piece(), Piece(1), Piece(2)];

    [Fact]
    public void Take_OfSteps_EndsWithTheStep()
    {
        var cursor = new PieceCursor(Pieces);

        Assert.Single(Take(cursor, NarBudget.Steps(1)));
        Assert.Equal(2, Take(cursor, NarBudget.Steps(1)).Count);
        Assert.False(cursor.IsComplete);
        Assert.Single(Take(cursor, NarBudget.Steps(5)));
        Assert.True(cursor.IsComplete);
        Assert.Empty(Take(cursor, NarBudget.Unlimited));
    }

    [Theory]
    [InlineData(0.001, 1)] // less than a piece: one all the same
    [InlineData(10, 1)]
    [InlineData(29.9, 2)]
    [InlineData(30, 3)]
    [InlineData(1000, 4)]
    public void Take_OfMilliseconds_StaysWithinThem(double milliseconds, int expected) =>
        // A multiply-add takes 1 ms: a piece 10.
        Assert.Equal(expected, Take(new PieceCursor(Pieces), NarBudget.Milliseconds(milliseconds)).Count);

    [Theory]
    [InlineData(0.5, new[] { 1, 1, 1, 1, 1, 1 })]
    [InlineData(2, new[] { 1, 1, 1, 1, 2 })]
    [InlineData(3, new[] { 2, 1, 1, 2 })]
    [InlineData(6.5, new[] { 3, 1, 2 })]
    [InlineData(9, new[] { 3, 2, 1 })]
    [InlineData(100, new[] { 6 })]
    public void Take_OfPiecesThatTakeDifferentTimes_ExceedsTheBudgetByAPieceAloneOnly(double budget, int[] expected)
    {
        double[] times = [1, 2, 3, 8, 1, 1];
        var cursor = new PieceCursor([.. times.Select(time => new RecordedPiece(default) { Work = time })]);
        List<int> taken = [];
        while (!cursor.IsComplete)
        {
            var (some, milliseconds) = cursor.Take(NarBudget.Milliseconds(budget), piece => piece.Work / 1000);
            Assert.Equal(some.Sum(piece => piece.Work), milliseconds, 1e-9);
            Assert.True(milliseconds <= budget || some.Count == 1);
            taken.Add(some.Count);
        }

        Assert.Equal(expected, taken);
    }

    [Fact]
    public void Rewind_AfterATake_GivesTheSameAgain()
    {
        var cursor = new PieceCursor(Pieces);
        Take(cursor, NarBudget.Steps(1));
        int before = cursor.Next;
        var taken = Take(cursor, NarBudget.Steps(1));

        cursor.Rewind(before);

        Assert.Equal(taken, Take(cursor, NarBudget.Steps(1)));
    }

    [Fact]
    public void Budget_OfNothing_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NarBudget.Steps(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NarBudget.Milliseconds(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NarBudget.Milliseconds(double.NaN));
    }

    private static IReadOnlyList<RecordedPiece> Take(PieceCursor cursor, NarBudget budget) => cursor.Take(budget, piece => piece.Work * 0.001).Pieces;

    private static RecordedPiece Piece(params int[] steps)
    {
        var piece = new RecordedPiece(default) { Work = 10 };
        piece.CompletedSteps.AddRange(steps);
        return piece;
    }
}
