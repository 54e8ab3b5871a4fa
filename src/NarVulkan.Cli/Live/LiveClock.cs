namespace NarVulkan.Cli.Live;

/// <summary>How long a generation has taken, without the time in which it stood still. One thread.</summary>
/// <param name="time">What time it is.</param>
internal sealed class LiveClock(TimeProvider time)
{
    private TimeSpan before;
    private long? since;

    /// <summary>The time that it ran.</summary>
    public TimeSpan Elapsed => before + (since is { } begun ? time.GetElapsedTime(begun) : TimeSpan.Zero);

    public bool IsRunning => since is not null;

    /// <summary>Begins from nothing, running.</summary>
    public void Restart() => (before, since) = (TimeSpan.Zero, time.GetTimestamp());

    /// <summary>Goes on; nothing where it runs.</summary>
    public void Start() => since ??= time.GetTimestamp();

    /// <summary>Stands still; nothing where it does.</summary>
    public void Stop() => (before, since) = (Elapsed, null);
}
