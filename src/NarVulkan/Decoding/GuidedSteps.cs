namespace NarVulkan.Decoding;

/// <summary>
/// Which steps mix conditional and unconditional logits (classifier-free guidance): none, or those whose
/// <see cref="DecodeStep.GuidanceCount"/> is not above an interval.
/// </summary>
/// <remarks>
/// The originals differ in what they count, and the schedules carry the difference. All of them guide the first token. NAR counts the
/// tokens sampled before the step; LlamaGen and LARP count decode calls from 0; PAR counts calls from 0 while it is serial and
/// starts again at 0, in tokens, when it turns parallel, so that guidance can come back on.
/// Sources: <c>decode_n_tokens</c> of NAR, LlamaGen, LARP and PAR, <c>decode_n_tokens_multi</c> of PAR.
/// </remarks>
internal readonly record struct GuidedSteps
{
    private readonly int? interval;

    private GuidedSteps(int? interval) => this.interval = interval;

    /// <summary>No step.</summary>
    public static GuidedSteps None => default;

    /// <summary>Every step.</summary>
    public static GuidedSteps All => new(int.MaxValue);

    /// <summary>Whether there is any.</summary>
    public bool Any => interval is not null;

    /// <summary>The steps that <paramref name="schedule"/> guides with a scale and an interval.</summary>
    /// <param name="schedule">Order of generation.</param>
    /// <param name="scale">Guidance is on only above 1.</param>
    /// <param name="interval">The originals' <c>cfg_interval</c>; negative: guidance never ends.</param>
    public static GuidedSteps For(DecodeSchedule schedule, float scale, int interval)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (!(scale > 1f))
        {
            return None;
        }
        // Intervals that end nothing are one and the same, so that one recording serves them all.
        return interval < 0 || interval >= schedule.Steps.Max(step => step.GuidanceCount) ? All : new GuidedSteps(interval);
    }

    /// <summary>Whether <paramref name="step"/> is one of them.</summary>
    public bool Contains(DecodeStep step) => interval is { } last && step.GuidanceCount <= last;

    /// <summary>Index of the last of them: up to there the unconditional sequences have to be fed. -1 where there is none.</summary>
    public int LastIn(DecodeSchedule schedule)
    {
        for (int step = schedule.Steps.Count - 1; step >= 0; step--)
        {
            if (Contains(schedule.Steps[step]))
            {
                return step;
            }
        }
        return -1;
    }
}
