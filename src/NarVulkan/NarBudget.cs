namespace NarVulkan;

/// <summary>How much work is recorded into one command buffer of the host.</summary>
public readonly record struct NarBudget
{
    private NarBudget(int steps, double milliseconds)
    {
        StepLimit = steps;
        MillisecondLimit = milliseconds;
    }

    /// <summary>Everything that is left.</summary>
    public static NarBudget Unlimited => new(int.MaxValue, double.PositiveInfinity);

    /// <summary>Steps at most.</summary>
    public int StepLimit { get; }

    /// <summary>Device time at most, in milliseconds, as estimated from what was recorded before.</summary>
    public double MillisecondLimit { get; }

    /// <summary>So many whole steps.</summary>
    /// <param name="count">At least 1.</param>
    public static NarBudget Steps(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new NarBudget(count, double.PositiveInfinity);
    }

    /// <summary>
    /// As much as the device is expected to do in this time: parts of steps where a step takes longer, and always at least the smallest part that
    /// there is. The expectation is learned from the device's timestamps; before any are known it is a cautious guess.
    /// </summary>
    /// <param name="time">Milliseconds, more than 0.</param>
    public static NarBudget Milliseconds(double time)
    {
        if (!(time > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, "a budget of time is more than 0 ms");
        }
        return new NarBudget(int.MaxValue, time);
    }
}
