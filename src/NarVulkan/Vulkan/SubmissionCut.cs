namespace NarVulkan.Vulkan;

/// <summary>
/// Decides how many pieces of a chain are submitted together: few submissions cost the host little, but what was submitted
/// cannot be taken back when the user interrupts, and watchdogs of desktops look at whole submissions. Where pieces have run
/// before, their own times decide; where they have not, the device's estimate of work. Pure logic, no Vulkan.
/// </summary>
/// <param name="Work">Multiply-adds in a submission of pieces that were not timed yet.</param>
/// <param name="Seconds">Time in a submission of pieces that were.</param>
/// <param name="MostSeconds">The same for long chains, so that these too become few submissions; no less than <paramref name="Seconds"/> counts.</param>
internal readonly record struct SubmissionCut(double Work, double Seconds, double MostSeconds = 0)
{
    // With the piece that is left over and a prefill before them, eight.
    private const int WantedSubmissions = 6;

    /// <summary>Every piece by itself.</summary>
    public static SubmissionCut EveryPiece => new(0, 0);

    /// <summary>How many pieces from <paramref name="first"/> on make the next submission; at least one.</summary>
    /// <param name="pieces">The chain.</param>
    /// <param name="first">Its first piece that was not submitted.</param>
    /// <param name="whole">Seconds that the whole chain took when it ran last; 0 before.</param>
    /// <param name="slowdown">Time that this run takes by the time that the last one took; a machine may have become busy.</param>
    public int Take(IReadOnlyList<RecordedPiece> pieces, int first, double whole, double slowdown)
    {
        double filled = 0;
        var budget = Math.Clamp(whole * slowdown / WantedSubmissions, Seconds, Math.Max(Seconds, MostSeconds));
        var count = 0;
        for (; first + count < pieces.Count; count++)
        {
            var piece = pieces[first + count];
            filled += piece.Seconds > 0 ? Share(piece.Seconds * slowdown, budget) : Share(piece.Work, Work);
            if (count > 0 && (filled > 1 || count == SubmissionQueue.MostPerCall))
            {
                break;
            }
        }

        return count;
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : double.PositiveInfinity;
}
