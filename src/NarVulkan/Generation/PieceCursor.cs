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
    /// <param name="secondsPerWork">What a multiply-add is expected to take.</param>
    public IReadOnlyList<RecordedPiece> Take(NarBudget budget, double secondsPerWork)
    {
        int first = Next, steps = 0;
        double milliseconds = 0;
        while (!IsComplete && steps < budget.StepLimit)
        {
            var piece = pieces[Next];
            milliseconds += piece.Work * secondsPerWork * 1000;
            if (Next > first && milliseconds > budget.MillisecondLimit)
            {
                break;
            }
            steps += piece.CompletedSteps.Count;
            Next++;
        }
        return [.. pieces.Skip(first).Take(Next - first)];
    }

    /// <summary>Goes back to where it was: what was handed out since then did not run.</summary>
    public void Rewind(int next) => Next = next;
}
