using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>Checks what a host program hands over, where Vulkan itself would crash.</summary>
internal static class HostHandles
{
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public static void Require(Vk vk, Instance instance)
    {
        ArgumentNullException.ThrowIfNull(vk);
        Require(instance.Handle, "Instance", nameof(instance));
    }

    /// <exception cref="ArgumentException">One of them is null.</exception>
    public static void Require(Vk vk, Instance instance, PhysicalDevice physicalDevice)
    {
        Require(vk, instance);
        Require(physicalDevice.Handle, "PhysicalDevice", nameof(physicalDevice));
    }

    /// <exception cref="ArgumentException">One of them is null.</exception>
    public static void Require(Vk vk, Instance instance, PhysicalDevice physicalDevice, Device device, Queue queue)
    {
        Require(vk, instance, physicalDevice);
        Require(device.Handle, "Device", nameof(device));
        Require(queue.Handle, "Queue", nameof(queue));
    }

    /// <exception cref="ArgumentException">Locking it by <see cref="Monitor"/> would keep nobody out.</exception>
    public static void RequireMonitor(object queueLock)
    {
        ArgumentNullException.ThrowIfNull(queueLock);
        if (queueLock is Lock or ValueType)
        {
            throw new ArgumentException(
                $"The queue lock is a {queueLock.GetType().Name}, which is not what a lock statement on an object locks: pass an object that the host locks as such, for example a `new object()` in a field of type object.",
                nameof(queueLock));
        }
    }

    private static void Require(nint handle, string type, string name)
    {
        if (handle == 0)
        {
            throw new ArgumentException($"default({type}) is no {name} to work on: hand over the one that was created.", name);
        }
    }
}
