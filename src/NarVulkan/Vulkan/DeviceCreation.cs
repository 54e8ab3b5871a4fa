using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>vkCreateDevice with one compute queue and timeline semaphores: no kernel needs an optional feature.</summary>
internal static unsafe class DeviceCreation
{
    public static (Device Device, Queue Queue) Create(VulkanInstance instance, PhysicalDeviceFacts facts, DeviceProfile profile)
    {
        var family = facts.QueueFamily ?? throw new DeviceException($"{profile.Name} has no queue family that can compute");
        using var text = new NativeText();
        var priority = 1f;
        var queueInfo = new DeviceQueueCreateInfo
        {
            SType = StructureType.DeviceQueueCreateInfo,
            QueueFamilyIndex = family,
            QueueCount = 1,
            PQueuePriorities = &priority,
        };
        var features = new PhysicalDeviceVulkan12Features
        {
            SType = StructureType.PhysicalDeviceVulkan12Features,
            TimelineSemaphore = true,
        };
        var info = new DeviceCreateInfo
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = &features,
            QueueCreateInfoCount = 1,
            PQueueCreateInfos = &queueInfo,
            EnabledExtensionCount = (uint)facts.Extensions.Count,
            PpEnabledExtensionNames = text.AddArray(facts.Extensions),
        };
        Device device;
        instance.Api.CreateDevice(facts.Handle, &info, null, &device).ThrowOnError("vkCreateDevice", profile.Name);
        Queue queue;
        instance.Api.GetDeviceQueue(device, family, 0, &queue);
        return (device, queue);
    }
}
