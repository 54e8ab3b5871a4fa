using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Vulkan;

/// <summary>A semaphore that counts: work signals ever larger values, and whoever waits for one waits for all before it.</summary>
internal sealed unsafe class TimelineSemaphore : IDisposable
{
    private readonly VulkanDevice _device;
    // So that nobody asks for its value while it is destroyed; held for moments.
    private readonly Lock _gate = new();
    private volatile bool _disposed;

    public TimelineSemaphore(VulkanDevice device, string name)
    {
        _device = device;
        var type = new SemaphoreTypeCreateInfo
        {
            SType = StructureType.SemaphoreTypeCreateInfo,
            SemaphoreType = SemaphoreType.Timeline,
            InitialValue = 0,
        };
        var info = new SemaphoreCreateInfo { SType = StructureType.SemaphoreCreateInfo, PNext = &type };
        VkSemaphore handle;
        device.Api.CreateSemaphore(device.Handle, &info, null, &handle).ThrowOnError("vkCreateSemaphore", name);
        Handle = handle;
        device.Name(ObjectType.Semaphore, handle.Handle, name);
    }

    public VkSemaphore Handle { get; }

    /// <summary>The value that was reached.</summary>
    /// <exception cref="DeviceLostException">The device was lost.</exception>
    public ulong Completed
    {
        get
        {
            ulong value;
            _device.Api.GetSemaphoreCounterValue(_device.Handle, Handle, &value).ThrowOnError("vkGetSemaphoreCounterValue");
            return value;
        }
    }

    /// <summary>Waits until a value is reached; false when that took longer than <paramref name="nanoseconds"/>.</summary>
    /// <exception cref="DeviceLostException">The device was lost.</exception>
    public bool Wait(ulong value, ulong nanoseconds = ulong.MaxValue)
    {
        // Whoever disposed it waited for all that there was.
        if (value == 0 || _disposed)
        {
            return true;
        }

        var semaphore = Handle;
        var info = new SemaphoreWaitInfo
        {
            SType = StructureType.SemaphoreWaitInfo,
            SemaphoreCount = 1,
            PSemaphores = &semaphore,
            PValues = &value,
        };
        return _device.Api.WaitSemaphores(_device.Handle, &info, nanoseconds).ThrowOnError("vkWaitSemaphores") != Result.Timeout;
    }

    /// <summary>Whether a value was reached; whoever disposed the semaphore waited for all that there was.</summary>
    /// <exception cref="DeviceLostException">The device was lost.</exception>
    public bool IsReached(ulong value)
    {
        lock (_gate)
        {
            return value == 0 || _disposed || Completed >= value;
        }
    }

    /// <summary>
    /// Waits for the host's own submissions, as far as there are any by now, and says whether they signalled a value. Semaphores are signalled in the order of
    /// submissions: when one that is made here is through, so are those of everything that was submitted before it.
    /// </summary>
    /// <exception cref="DeviceException">The device was lost, or took no submission.</exception>
    public bool IsReachedByHost(ulong value)
    {
        if (IsReached(value))
        {
            return true;
        }

        _device.Queue.Wait(_device.Queue.Mark());
        return IsReached(value);
    }

    /// <summary>Waits for what a host submitted; what it did not submit is not waited for.</summary>
    /// <exception cref="InvalidOperationException">Nothing that was submitted so far signals the value.</exception>
    /// <exception cref="DeviceException">The device was lost, or took no submission.</exception>
    public void WaitForHost(ulong value)
    {
        if (!IsReachedByHost(value))
        {
            throw new InvalidOperationException("What was recorded into the host's command buffer was not signalled: signal NarRecording.Done in its submission, or call NarSession.Signal after it, or NarSession.Discard where it is not submitted.");
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                _device.Api.DestroySemaphore(_device.Handle, Handle, null);
            }
        }
    }
}
