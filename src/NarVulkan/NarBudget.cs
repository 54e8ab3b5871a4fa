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
    /// As much as the device is expected to do in this time, parts of steps where a step takes longer, but always at least the smallest part that there is, so that
    /// every frame gets on. A part is a run of dispatches of 4e7 multiply-adds at most on software devices, 2e9 on discrete GPUs, 1e8 on others (2, 0.4 and 1 ms at 2e10, 5e12
    /// and 1e11 a second), or one dispatch of more: the products of large tokenizers' decoders. Only such a part by itself exceeds the budget: see
    /// <see cref="NarRecording.ExpectedMilliseconds"/>. The expectation is learned from the device's timestamps, part by part; before any are known it is a cautious guess.
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
