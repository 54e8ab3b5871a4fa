using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// What was recorded into command buffers of the host: each has a value of a timeline that the host signals, until it has run it may be taken back. No value is
/// given twice. Owns the timeline. Its caller's lock guards all but waiting and <see cref="Signal"/>.
/// </summary>
internal sealed class HostRecordings : IDisposable
{
    // Long enough for any frame; only where the queue takes no submission to wait by.
    private const ulong CleanUpPatience = 1_000_000_000;

    private readonly VulkanDevice device;
    private readonly TimelineSemaphore timeline;
    private readonly List<PendingRecording> pending = [];
    // Values that were neither reached nor taken back when that was last looked at.
    private readonly List<ulong> awaited = [];
    private ulong given, signalled;
    // How many were taken back, and for how many of them the queue has been waited for since.
    private long takenBack, settled;

    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public HostRecordings(VulkanDevice device)
    {
        this.device = device;
        timeline = new TimelineSemaphore(device, "session");
    }

    /// <summary>Value of the last recording that was not taken back; 0 before the first.</summary>
    public ulong Last { get; private set; }

    /// <summary>Values of recordings that have run.</summary>
    public ulong Completed => timeline.Completed;

    /// <summary>Adds a recording.</summary>
    /// <param name="cursor">The chain that it is of; it was moved on.</param>
    /// <param name="next">Where the cursor was before.</param>
    /// <param name="stepsDone">Steps before.</param>
    /// <param name="completed">What has run by now.</param>
    /// <returns>What its end signals.</returns>
    public TimelineValue Add(PieceCursor cursor, int next, int stepsDone, ulong completed)
    {
        pending.RemoveAll(recording => recording.Value <= completed);
        awaited.RemoveAll(value => value <= completed);
        pending.Add(new PendingRecording(++given, Last, cursor, next, stepsDone));
        awaited.Add(given);
        Last = given;
        return new TimelineValue(timeline, Last);
    }

    /// <summary>What else is to be done when the last recording is taken back.</summary>
    public void WhenTakenBack(Action unwrite) => pending[^1] = pending[^1] with { Unwrite = unwrite };

    /// <summary>Recordings of a chain cannot be taken back any more.</summary>
    public void Keep(PieceCursor cursor) => pending.RemoveAll(recording => recording.Cursor == cursor);

    /// <summary>No recording came after more steps than these: those beyond did not run after all.</summary>
    public void Lower(int stepsDone)
    {
        for (int i = 0; i < pending.Count; i++)
        {
            pending[i] = pending[i] with { StepsDone = Math.Min(pending[i].StepsDone, stepsDone) };
        }
    }

    /// <summary>Nothing can be taken back any more.</summary>
    public void KeepAll() => pending.Clear();

    /// <summary>Takes the last recording back; how many steps there were before it.</summary>
    /// <exception cref="InvalidOperationException">It is not the last one, or was submitted.</exception>
    public int TakeBack(in NarRecording recording)
    {
        if (pending.Count == 0 || pending[^1].Value != Last || recording.Done != new NarTimelinePoint(timeline.Handle, Last) || Last <= Volatile.Read(ref signalled) || timeline.IsReached(Last))
        {
            throw new InvalidOperationException("Only what was recorded last and not submitted can be discarded, before a step is submitted and before it is signalled.");
        }
        var last = pending[^1];
        pending.RemoveAt(pending.Count - 1);
        awaited.Remove(Last);
        Last = last.Before;
        Volatile.Write(ref takenBack, takenBack + 1);
        last.Cursor.Rewind(last.Next);
        last.Unwrite?.Invoke();
        return last.StepsDone;
    }

    /// <summary>Whether a recording is one of these, and was not taken back.</summary>
    public bool Has(in NarRecording recording) => recording.Done.Semaphore.Handle == timeline.Handle.Handle && (awaited.Contains(recording.Done.Value) || timeline.IsReached(recording.Done.Value));

    /// <summary>Signals a value after all that was submitted. The caller holds the queue lock, and no other.</summary>
    /// <exception cref="InvalidOperationException">It was signalled before.</exception>
    public void Signal(ulong value)
    {
        if (value <= signalled || timeline.IsReached(value))
        {
            throw new InvalidOperationException("What was recorded was signalled already, by NarSession.Signal or in the host's submission, or something that was recorded later was.");
        }
        device.Queue.Signal(timeline, value);
        Volatile.Write(ref signalled, value);
    }

    /// <summary>Whether nothing was taken back that the queue was not waited for since: the host may have submitted it all the same, and it uses the session's memory then.</summary>
    public bool IsSettled => Volatile.Read(ref takenBack) == Volatile.Read(ref settled);

    /// <summary>Waits for a recording that the host submitted, and for what was taken back, should it have submitted that. The caller holds no lock of these.</summary>
    /// <exception cref="InvalidOperationException">The host did not submit it.</exception>
    public void Wait(ulong value)
    {
        Settle();
        timeline.WaitForHost(value);
    }

    /// <summary>Waits for what the host submitted. Its command buffers that were not submitted must not be any more.</summary>
    public void Dispose()
    {
        bool reached;
        try
        {
            Settle();
            reached = timeline.IsReachedByHost(Last);
        }
        catch (DeviceException)
        {
            // Lost, and nothing runs on it any more; or the queue is out of memory.
            TryWait(IsSettled ? Last : given);
            reached = TryWait(Last);
        }
        for (int last = pending.Count - 1; !reached && last >= 0; last--)
        {
            pending[last].Unwrite?.Invoke();
        }
        timeline.Dispose();
    }

    /// <summary>What was taken back signals nothing that could be trusted; an empty submission is through when all that was submitted before it is.</summary>
    private void Settle()
    {
        long now = Volatile.Read(ref takenBack);
        if (now != Volatile.Read(ref settled))
        {
            device.Queue.Wait(device.Queue.Mark());
            Volatile.Write(ref settled, now);
        }
    }

    private bool TryWait(ulong value)
    {
        try
        {
            return timeline.Wait(value, CleanUpPatience);
        }
        catch (DeviceException)
        {
            return true;
        }
    }
}
