using System.Diagnostics;
using NarVulkan.Windowing;

namespace NarVulkan.Cli.Live;

/// <summary>Between the keyboard, whose thread presses keys, and the generating thread, which asks after each step what to do.</summary>
internal sealed class LiveControls
{
    private readonly object gate = new();
    private bool paused, pauseBegan, reseed, save, stopped;
    private int granted;

    /// <summary>Whether steps wait for a key.</summary>
    public bool IsPaused
    {
        get
        {
            lock (gate)
            {
                return paused;
            }
        }
    }

    /// <summary>A key; those that mean nothing are ignored.</summary>
    public void Press(WindowKey key)
    {
        lock (gate)
        {
            switch (key)
            {
                case WindowKey.Space:
                    pauseBegan = paused = !paused;
                    granted = 0;
                    break;
                case WindowKey.Right:
                    paused = true;
                    granted++;
                    break;
                case WindowKey.R:
                    // A new picture is there to be seen growing.
                    (reseed, paused, pauseBegan, granted) = (true, false, false, 0);
                    break;
                case WindowKey.S:
                    save = true;
                    break;
                default:
                    return;
            }
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Ends every wait, now and later.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until there is something to do.</summary>
    /// <param name="unfinished">Whether there are steps left, so that there is something to do unless it is paused.</param>
    /// <param name="notBefore">When the next step may come, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public LiveAction Wait(bool unfinished, long notBefore)
    {
        lock (gate)
        {
            while (true)
            {
                if (stopped)
                {
                    throw new OperationCanceledException();
                }
                if (save)
                {
                    save = false;
                    return LiveAction.Save;
                }
                if (reseed)
                {
                    reseed = false;
                    return LiveAction.Reseed;
                }
                if (pauseBegan && unfinished)
                {
                    pauseBegan = false;
                    return LiveAction.Pause;
                }
                TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), notBefore);
                if (unfinished && granted > 0)
                {
                    granted--;
                    return LiveAction.Step;
                }
                if (unfinished && !paused && early <= TimeSpan.Zero)
                {
                    return LiveAction.Step;
                }
                if (unfinished && !paused)
                {
                    // At least a millisecond: a wait of none would spin.
                    Monitor.Wait(gate, early < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : early);
                }
                else
                {
                    granted = unfinished ? granted : 0;
                    Monitor.Wait(gate);
                }
            }
        }
    }
}
