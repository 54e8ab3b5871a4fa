using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Vulkan;

/// <summary>A semaphore that counts: work signals ever larger values, and whoever waits for one waits for all before it.</summary>
internal sealed unsafe class TimelineSemaphore : IDisposable
{
    private const ulong HostPatience = 10_000_000_000;

    private readonly VulkanDevice _device;
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

    /// <summary>Waits for what a host submits and signals, but not for ever: it may not do so.</summary>
    /// <exception cref="InvalidOperationException">The value was not reached in ten seconds.</exception>
    /// <exception cref="DeviceLostException">The device was lost.</exception>
    public void WaitForHost(ulong value)
    {
        if (!Wait(value, HostPatience))
        {
            throw new InvalidOperationException("What was recorded into the host's command buffer was not signalled: signal NarRecording.Done in its submission, or call NarSession.Signal after it, or NarSession.Discard where it is not submitted.");
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _device.Api.DestroySemaphore(_device.Handle, Handle, null);
        }
    }
}
