using NarVulkan.Generation;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Generation;

/// <summary>How much of a chain goes into a frame.</summary>
public sealed class PieceCursorTests
{
    // Milliseconds of the pieces of two steps.
    private static readonly double[] Times = [1, 2, 3, 8, 1, 1];

    private readonly RecordedPiece[] pieces = [.. Times.Select(time => new RecordedPiece(default) { Work = time })];

    public PieceCursorTests()
    {
        pieces[2].CompletedSteps.Add(0);
        pieces[5].CompletedSteps.Add(1);
    }

    [Theory]
    [InlineData(0.5, new[] { 1, 1, 1, 1, 1, 1 })]
    [InlineData(2, new[] { 1, 1, 1, 1, 2 })]
    [InlineData(3, new[] { 2, 1, 1, 2 })]
    [InlineData(6.5, new[] { 3, 1, 2 })]
    [InlineData(9, new[] { 3, 2, 1 })]
    [InlineData(100, new[] { 6 })]
    public void Take_ABudgetOfTime_IsExceededByAPieceAloneOnly(double budget, int[] expected)
    {
        var cursor = new PieceCursor(pieces);
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
    public void Take_ABudgetOfSteps_EndsWithTheStepWhateverItTakes()
    {
        var cursor = new PieceCursor(pieces);

        Assert.Equal(3, cursor.Take(NarBudget.Steps(1), piece => piece.Work).Pieces.Count);
        cursor.Rewind(1);
        Assert.Equal(2, cursor.Take(NarBudget.Steps(1), piece => piece.Work).Pieces.Count);
        Assert.Equal(3, cursor.Take(NarBudget.Steps(5), piece => piece.Work).Pieces.Count);
        Assert.True(cursor.IsComplete);
    }
}
