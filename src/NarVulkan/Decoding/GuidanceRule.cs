namespace NarVulkan.Decoding;

/// <summary>
/// Which steps mix conditional and unconditional logits (classifier-free guidance). Guidance is on only for a scale above 1;
/// with an interval it goes off for good part of the way.
/// </summary>
internal static class GuidanceRule
{
    /// <summary>
    /// The near-to-far generators' rule: the prefill step is always guided; a counter starts at 1, guidance ends for good
    /// at the first step that finds it above <paramref name="interval"/>, and after each step the counter grows by the
    /// tokens that the step sampled. A negative interval never ends.
    /// Source: <c>decode_n_tokens</c> of the original implementation.
    /// </summary>
    /// <returns>The number of leading steps that are guided; 0 where guidance is off altogether.</returns>
    public static int GuidedSteps(DecodeSchedule schedule, float scale, int interval)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (!(scale > 1f))
        {
            return 0;
        }
        if (interval < 0)
        {
            return schedule.Steps.Count;
        }
        int counter = 1;
        for (int step = 1; step < schedule.Steps.Count; step++)
        {
            if (counter > interval)
            {
                return step;
            }
            counter += schedule.Steps[step].Sampled.Count;
        }
        return schedule.Steps.Count;
    }
}
