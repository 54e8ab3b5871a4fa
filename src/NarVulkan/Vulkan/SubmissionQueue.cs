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
    private readonly VkSemaphore _timeline;
    private ulong _submitted;

    public SubmissionQueue(VulkanDevice device, Queue queue, object queueLock)
    {
        _device = device;
        _queue = queue;
        QueueLock = queueLock;
        var type = new SemaphoreTypeCreateInfo
        {
            SType = StructureType.SemaphoreTypeCreateInfo,
            SemaphoreType = SemaphoreType.Timeline,
            InitialValue = 0,
        };
        var info = new SemaphoreCreateInfo { SType = StructureType.SemaphoreCreateInfo, PNext = &type };
        VkSemaphore timeline;
        device.Api.CreateSemaphore(device.Handle, &info, null, &timeline).ThrowOnError("vkCreateSemaphore", "timeline");
        _timeline = timeline;
        device.Name(ObjectType.Semaphore, timeline.Handle, "timeline");
    }

    /// <summary>Held around every use of the queue; a host that lends its device passes the lock that it uses itself.</summary>
    public object QueueLock { get; }

    /// <summary>Value of the last submission; 0 before the first.</summary>
    public ulong Submitted => Volatile.Read(ref _submitted);

    /// <summary>Value of the last submission that has completed.</summary>
    public ulong Completed
    {
        get
        {
            ulong value;
            _device.Api.GetSemaphoreCounterValue(_device.Handle, _timeline, &value).ThrowOnError("vkGetSemaphoreCounterValue");
            return value;
        }
    }

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
            var timeline = _timeline;
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

    /// <summary>Waits until the submission with this value has completed.</summary>
    public void Wait(ulong value)
    {
        if (value == 0)
        {
            return;
        }

        var timeline = _timeline;
        var info = new SemaphoreWaitInfo
        {
            SType = StructureType.SemaphoreWaitInfo,
            SemaphoreCount = 1,
            PSemaphores = &timeline,
            PValues = &value,
        };
        _device.Api.WaitSemaphores(_device.Handle, &info, ulong.MaxValue).ThrowOnError("vkWaitSemaphores");
    }

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

    public void Dispose() => _device.Api.DestroySemaphore(_device.Handle, _timeline, null);
}
