using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>How far the pieces of a chain were handed out.</summary>
/// <param name="pieces">The chain.</param>
internal sealed class PieceCursor(IReadOnlyList<RecordedPiece> pieces)
{
    /// <summary>The next piece.</summary>
    public int Next { get; private set; }

    /// <summary>Whether all were handed out.</summary>
    public bool IsComplete => Next == pieces.Count;

    /// <summary>The next pieces, as many as a budget allows and at least one, unless none is left.</summary>
    /// <param name="budget">How many; steps count where they are completed.</param>
    /// <param name="expect">What a piece is expected to take, in seconds.</param>
    /// <returns>The pieces, and the milliseconds that are expected of them: more than the budget only where the first piece alone is.</returns>
    public (IReadOnlyList<RecordedPiece> Pieces, double Milliseconds) Take(NarBudget budget, Func<RecordedPiece, double> expect)
    {
        int first = Next, steps = 0;
        double milliseconds = 0;
        while (!IsComplete && steps < budget.StepLimit)
        {
            var piece = pieces[Next];
            double more = milliseconds + expect(piece) * 1000;
            if (Next > first && more > budget.MillisecondLimit)
            {
                break;
            }
            milliseconds = more;
            steps += piece.CompletedSteps.Count;
            Next++;
        }
        return ([.. pieces.Skip(first).Take(Next - first)], milliseconds);
    }

    /// <summary>Goes back to where it was: what was handed out since then did not run.</summary>
    public void Rewind(int next) => Next = next;
}
