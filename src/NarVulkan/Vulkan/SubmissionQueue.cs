using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Vulkan;

/// <summary>One queue and its timeline: every submission gets the next value, in order.</summary>
internal sealed unsafe class SubmissionQueue : IDisposable
{
    // 8 KiB of stack; more command buffers than any submission is meant to have.
    public const int MostPerCall = 64;

    private readonly VulkanDevice _device;
    private readonly Queue _queue;
    private ulong _submitted;

    public SubmissionQueue(VulkanDevice device, Queue queue, object queueLock)
    {
        _device = device;
        _queue = queue;
        QueueLock = queueLock;
        Timeline = new TimelineSemaphore(device, "timeline");
    }

    /// <summary>Held around every use of the queue; a host that lends its device passes the lock that it uses itself.</summary>
    public object QueueLock { get; }

    /// <summary>
    /// Refuses a thread that holds the queue lock where a call may wait: for the device, or for a thread that wants that lock. It would wait for ever.
    /// </summary>
    /// <exception cref="InvalidOperationException">The thread holds it.</exception>
    public void RequireLockNotHeld()
    {
        if (Monitor.IsEntered(QueueLock))
        {
            throw new InvalidOperationException(
                "This call may wait for the device or for another thread, so it must not be made while holding the queue lock: leave the lock first. Under it a session may be asked for its progress, recorded from, signalled, discarded from and cancelled.");
        }
    }

    /// <summary>Counts the submissions.</summary>
    public TimelineSemaphore Timeline { get; }

    /// <summary>Value of the last submission; 0 before the first.</summary>
    public ulong Submitted => Volatile.Read(ref _submitted);

    /// <summary>Value of the last submission that has completed.</summary>
    public ulong Completed => Timeline.Completed;

    /// <summary>Submits one command buffer; its value on the timeline is returned.</summary>
    public ulong Submit(CommandBuffer commands) => Submit(new ReadOnlySpan<CommandBuffer>(in commands));

    /// <summary>
    /// Submits command buffers in one call. Each has a value of its own on the timeline, so that progress is seen within the
    /// submission; the last one's is returned, those before it have the numbers before it.
    /// </summary>
    public ulong Submit(ReadOnlySpan<CommandBuffer> commands)
    {
        lock (QueueLock)
        {
            var timeline = Timeline.Handle;
            var values = stackalloc ulong[MostPerCall];
            var signals = stackalloc TimelineSemaphoreSubmitInfo[MostPerCall];
            var submits = stackalloc SubmitInfo[MostPerCall];
            fixed (CommandBuffer* all = commands)
            {
                for (var first = 0; first < commands.Length; first += MostPerCall)
                {
                    var count = Math.Min(MostPerCall, commands.Length - first);
                    for (var i = 0; i < count; i++)
                    {
                        values[i] = _submitted + 1 + (ulong)i;
                        signals[i] = new TimelineSemaphoreSubmitInfo
                        {
                            SType = StructureType.TimelineSemaphoreSubmitInfo,
                            SignalSemaphoreValueCount = 1,
                            PSignalSemaphoreValues = &values[i],
                        };
                        submits[i] = new SubmitInfo
                        {
                            SType = StructureType.SubmitInfo,
                            PNext = &signals[i],
                            CommandBufferCount = 1,
                            PCommandBuffers = all + first + i,
                            SignalSemaphoreCount = 1,
                            PSignalSemaphores = &timeline,
                        };
                    }

                    _device.Api.QueueSubmit(_queue, (uint)count, submits, default).ThrowOnError("vkQueueSubmit");
                    Volatile.Write(ref _submitted, _submitted + (ulong)count);
                }
            }

            return _submitted;
        }
    }

    /// <summary>Submits one command buffer that waits for a value of another timeline before anything of it runs; for nothing where the point has no semaphore.</summary>
    public ulong SubmitAfter(CommandBuffer commands, NarTimelinePoint after)
    {
        if (after.Semaphore.Handle == 0)
        {
            return Submit(commands);
        }

        lock (QueueLock)
        {
            var (wait, waitValue) = after;
            var value = _submitted + 1;
            Submit(&commands, &wait, &waitValue, Timeline.Handle, value);
            Volatile.Write(ref _submitted, value);
            return value;
        }
    }

    /// <summary>Submits nothing but the next value, which is reached when everything that was submitted to the queue so far, by whomever, has completed.</summary>
    public ulong Mark()
    {
        lock (QueueLock)
        {
            var value = _submitted + 1;
            Submit(null, null, null, Timeline.Handle, value);
            Volatile.Write(ref _submitted, value);
            return value;
        }
    }

    /// <summary>Signals a value of a timeline once everything submitted to the queue so far, by whomever, has completed.</summary>
    public void Signal(TimelineSemaphore timeline, ulong value)
    {
        lock (QueueLock)
        {
            Submit(null, null, null, timeline.Handle, value);
        }
    }

    /// <summary>Waits until the submission with this value has completed.</summary>
    public void Wait(ulong value) => Timeline.Wait(value);

    /// <summary>Waits for everything submitted so far.</summary>
    public void WaitAll() => Wait(Submitted);

    /// <summary><see cref="Wait"/> for cleaning up, where nothing can be done about a failure.</summary>
    /// <returns>False when the device could not be waited for: a lost one returns at once, and nothing runs on it any more.</returns>
    public bool TryWait(ulong value)
    {
        try
        {
            Wait(value);
            return true;
        }
        catch (DeviceException)
        {
            // The failure that led to the clean-up is the one worth reporting; this one would only hide it.
            return false;
        }
    }

    /// <summary><see cref="WaitAll"/> for cleaning up, where nothing can be done about a failure.</summary>
    /// <returns>False as for <see cref="TryWait"/>.</returns>
    public bool TryWaitAll() => TryWait(Submitted);

    public void Dispose() => Timeline.Dispose();

    /// <summary>One batch; the caller holds the lock.</summary>
    private void Submit(CommandBuffer* commands, VkSemaphore* wait, ulong* waitValue, VkSemaphore signal, ulong value)
    {
        var stage = PipelineStageFlags.AllCommandsBit;
        var values = new TimelineSemaphoreSubmitInfo
        {
            SType = StructureType.TimelineSemaphoreSubmitInfo,
            WaitSemaphoreValueCount = wait is null ? 0u : 1u,
            PWaitSemaphoreValues = waitValue,
            SignalSemaphoreValueCount = 1,
            PSignalSemaphoreValues = &value,
        };
        var submit = new SubmitInfo
        {
            SType = StructureType.SubmitInfo,
            PNext = &values,
            WaitSemaphoreCount = wait is null ? 0u : 1u,
            PWaitSemaphores = wait,
            PWaitDstStageMask = &stage,
            CommandBufferCount = commands is null ? 0u : 1u,
            PCommandBuffers = commands,
            SignalSemaphoreCount = 1,
            PSignalSemaphores = &signal,
        };
        _device.Api.QueueSubmit(_queue, 1, &submit, default).ThrowOnError("vkQueueSubmit");
    }
}
