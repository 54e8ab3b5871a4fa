namespace NarVulkan.Cli.Live;

/// <summary>
/// When what exists so far is decoded, so that it is seen. Decoding may take much longer than a step, on a slow device seconds: previews get
/// a part of the time and no more. A preview's cost is seen in the step behind it, which waits for it on the device.
/// </summary>
internal sealed class PreviewBudget
{
    /// <summary>Part of the time that previews may take.</summary>
    private const double Share = 0.5;

    private TimeSpan spent, plainStep = TimeSpan.MaxValue;

    /// <summary>Whether a preview is due, so long after the beginning.</summary>
    public bool IsDue(TimeSpan elapsed) => spent <= elapsed * Share;

    /// <summary>Tells how long a step took.</summary>
    /// <param name="duration">From when it was asked for to when it was complete.</param>
    /// <param name="behindPreview">Whether a preview was submitted before it.</param>
    public void AddStep(TimeSpan duration, bool behindPreview)
    {
        if (!behindPreview)
        {
            plainStep = duration < plainStep ? duration : plainStep;
            return;
        }
        TimeSpan own = plainStep < duration ? plainStep : TimeSpan.Zero;
        spent += duration - own;
    }
}
