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

        Assert.Single(cursor.Take(NarBudget.Steps(1), 1));
        Assert.Equal(2, cursor.Take(NarBudget.Steps(1), 1).Count);
        Assert.False(cursor.IsComplete);
        Assert.Single(cursor.Take(NarBudget.Steps(5), 1));
        Assert.True(cursor.IsComplete);
        Assert.Empty(cursor.Take(NarBudget.Unlimited, 1));
    }

    [Theory]
    [InlineData(0.001, 1)] // less than a piece: one all the same
    [InlineData(10, 1)]
    [InlineData(29.9, 2)]
    [InlineData(30, 3)]
    [InlineData(1000, 4)]
    public void Take_OfMilliseconds_StaysWithinThem(double milliseconds, int expected) =>
        // A multiply-add takes 1 ms: a piece 10.
        Assert.Equal(expected, new PieceCursor(Pieces).Take(NarBudget.Milliseconds(milliseconds), 0.001).Count);

    [Fact]
    public void Rewind_AfterATake_GivesTheSameAgain()
    {
        var cursor = new PieceCursor(Pieces);
        cursor.Take(NarBudget.Steps(1), 1);
        int before = cursor.Next;
        var taken = cursor.Take(NarBudget.Steps(1), 1);

        cursor.Rewind(before);

        Assert.Equal(taken, cursor.Take(NarBudget.Steps(1), 1));
    }

    [Fact]
    public void Budget_OfNothing_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NarBudget.Steps(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NarBudget.Milliseconds(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NarBudget.Milliseconds(double.NaN));
    }

    private static RecordedPiece Piece(params int[] steps)
    {
        var piece = new RecordedPiece(default) { Work = 10 };
        piece.CompletedSteps.AddRange(steps);
        return piece;
    }
}
