using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Vulkan;

/// <summary>One queue and its timeline: every submission gets the next value, in order.</summary>
internal sealed unsafe class SubmissionQueue : IDisposable
{
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
    public ulong Submit(CommandBuffer commands)
    {
        lock (QueueLock)
        {
            var value = _submitted + 1;
            var timeline = _timeline;
            var values = new TimelineSemaphoreSubmitInfo
            {
                SType = StructureType.TimelineSemaphoreSubmitInfo,
                SignalSemaphoreValueCount = 1,
                PSignalSemaphoreValues = &value,
            };
            var info = new SubmitInfo
            {
                SType = StructureType.SubmitInfo,
                PNext = &values,
                CommandBufferCount = 1,
                PCommandBuffers = &commands,
                SignalSemaphoreCount = 1,
                PSignalSemaphores = &timeline,
            };
            _device.Api.QueueSubmit(_queue, 1, &info, default).ThrowOnError("vkQueueSubmit");
            Volatile.Write(ref _submitted, value);
            return value;
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
