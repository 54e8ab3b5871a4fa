using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// What was recorded into command buffers of the host: each has a value of a timeline that the host signals, until it has run it may be taken back. Owns the
/// timeline. Its caller's lock guards all but waiting and <see cref="Signal"/>.
/// </summary>
internal sealed class HostRecordings : IDisposable
{
    // Long enough for any frame; only where the queue takes no submission to wait by.
    private const ulong CleanUpPatience = 1_000_000_000;

    private readonly VulkanDevice device;
    private readonly TimelineSemaphore timeline;
    private readonly List<PendingRecording> pending = [];
    private ulong signalled;

    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public HostRecordings(VulkanDevice device)
    {
        this.device = device;
        timeline = new TimelineSemaphore(device, "session");
    }

    /// <summary>Value of the last recording; 0 before the first.</summary>
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
        Last++;
        pending.Add(new PendingRecording(Last, cursor, next, stepsDone));
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
        Last--;
        last.Cursor.Rewind(last.Next);
        last.Unwrite?.Invoke();
        return last.StepsDone;
    }

    /// <summary>Whether a recording is one of these, and was not taken back.</summary>
    public bool Has(in NarRecording recording) => recording.Done.Semaphore.Handle == timeline.Handle.Handle && recording.Done.Value <= Last;

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

    /// <summary>Waits for a recording that the host submitted. The caller holds no lock of these.</summary>
    /// <exception cref="InvalidOperationException">The host did not submit it.</exception>
    public void Wait(ulong value) => timeline.WaitForHost(value);

    /// <summary>Waits for what the host submitted. Its command buffers that were not submitted must not be any more.</summary>
    public void Dispose()
    {
        bool reached;
        try
        {
            reached = timeline.IsReachedByHost(Last);
        }
        catch (DeviceException)
        {
            // Lost, and nothing runs on it any more; or the queue is out of memory.
            reached = TryWait();
        }
        for (int last = pending.Count - 1; !reached && last >= 0; last--)
        {
            pending[last].Unwrite?.Invoke();
        }
        timeline.Dispose();
    }

    private bool TryWait()
    {
        try
        {
            return timeline.Wait(Last, CleanUpPatience);
        }
        catch (DeviceException)
        {
            return true;
        }
    }
}
