namespace NarVulkan.Vulkan;

/// <summary>
/// Decides how many pieces of a chain are submitted together: few submissions cost the host little, but what was submitted
/// cannot be taken back when the user interrupts, and watchdogs of desktops look at whole submissions. Where pieces have run
/// before, their own times decide; where they have not, their work does, at the pace of those before them. Pure logic, no Vulkan.
/// </summary>
/// <param name="Work">Multiply-adds in a submission of pieces that were not timed yet, at most.</param>
/// <param name="Seconds">Time in a submission, at most, but for a piece that takes longer by itself.</param>
internal readonly record struct SubmissionCut(double Work, double Seconds)
{
    /// <summary>Every piece by itself.</summary>
    public static SubmissionCut EveryPiece => new(0, 0);

    /// <summary>How many pieces from <paramref name="first"/> on make the next submission; at least one.</summary>
    /// <param name="pieces">The chain.</param>
    /// <param name="first">Its first piece that was not submitted.</param>
    /// <param name="slowdown">Time that this run takes by the time that the last one took; a machine may have become busy.</param>
    /// <param name="secondsPerWork">Time of a multiply-add in this run; 0 where nothing has run yet: a device whose pace is not known gets one piece.</param>
    public int Take(IReadOnlyList<RecordedPiece> pieces, int first, double slowdown, double secondsPerWork)
    {
        double filled = 0;
        var count = 0;
        for (; first + count < pieces.Count; count++)
        {
            var piece = pieces[first + count];
            filled += piece.Seconds > 0 ? Share(piece.Seconds * slowdown, Seconds)
                : secondsPerWork > 0 ? Math.Max(Share(piece.Work, Work), Share(piece.Work * secondsPerWork, Seconds)) : 1;
            // A first piece of no known pace fills its submission.
            if (count > 0 && (filled > 1 || count == SubmissionQueue.MostPerCall))
            {
                break;
            }
        }

        return count;
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : double.PositiveInfinity;
}
