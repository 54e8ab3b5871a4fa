using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>vkCreateDevice with one compute queue, timeline semaphores, and those optional features that the profile reports.</summary>
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
        var subgroups = new PhysicalDeviceSubgroupSizeControlFeatures
        {
            SType = StructureType.PhysicalDeviceSubgroupSizeControlFeatures,
            SubgroupSizeControl = true,
        };
        var features12 = new PhysicalDeviceVulkan12Features
        {
            SType = StructureType.PhysicalDeviceVulkan12Features,
            PNext = profile.SubgroupSizeControl ? &subgroups : null,
            TimelineSemaphore = true,
            ShaderFloat16 = profile.Float16,
        };
        var features11 = new PhysicalDeviceVulkan11Features
        {
            SType = StructureType.PhysicalDeviceVulkan11Features,
            PNext = &features12,
            StorageBuffer16BitAccess = profile.Storage16,
        };
        var info = new DeviceCreateInfo
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = &features11,
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
