using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// vkCreateDevice with one compute queue and timeline semaphores, and with what cooperative matrices need where the
/// profile has them, and integer dot products likewise: no other kernel needs an optional feature. The queue gives way to other programs' where the driver can say so.
/// </summary>
internal static unsafe class DeviceCreation
{
    public static (Device Device, Queue Queue) Create(VulkanInstance instance, PhysicalDeviceFacts facts, DeviceProfile profile)
    {
        var family = facts.QueueFamily ?? throw new DeviceException($"{profile.Name} has no queue family that can compute");
        using var text = new NativeText();
        var priority = 1f;
        var low = QueuePriority.Low;
        var queueInfo = new DeviceQueueCreateInfo
        {
            SType = StructureType.DeviceQueueCreateInfo,
            QueueFamilyIndex = family,
            QueueCount = 1,
            PQueuePriorities = &priority,
        };
        var cooperative = profile.CooperativeMatrix is not null;
        using var features = new NarFeatureChain(NarDeviceFeatures.TimelineSemaphore | (cooperative ? NarDeviceFeatures.CooperativeMatrix : NarDeviceFeatures.None));
        var dotProducts = new PhysicalDeviceShaderIntegerDotProductFeatures
        {
            SType = StructureType.PhysicalDeviceShaderIntegerDotProductFeatures,
            PNext = features.First,
            ShaderIntegerDotProduct = true,
        };
        List<string> extensions =
        [
            .. facts.Extensions, .. cooperative ? facts.CooperativeMatrixExtensions : [], .. profile.IntegerDotProducts ? facts.IntegerDotProductExtensions : [],
        ];
        var enabled = (uint)extensions.Count;
        if (facts.PriorityExtension is { } named)
        {
            extensions.Add(named);
        }

        var info = new DeviceCreateInfo
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = profile.IntegerDotProducts ? &dotProducts : features.First,
            QueueCreateInfoCount = 1,
            PQueueCreateInfos = &queueInfo,
            EnabledExtensionCount = enabled,
            PpEnabledExtensionNames = text.AddArray(extensions),
        };
        Device device = default;
        var result = Result.ErrorNotPermittedKhr;
        lock (LoaderLists.Lock)
        {
            if (facts.PriorityExtension is not null)
            {
                queueInfo.PNext = &low;
                info.EnabledExtensionCount = (uint)extensions.Count;
                result = instance.Api.CreateDevice(facts.Handle, &info, null, &device);
            }

            // Some systems let only chosen programs name a priority; and no failure of it is worth doing without the device.
            if (result != Result.Success)
            {
                queueInfo.PNext = null;
                info.EnabledExtensionCount = enabled;
                result = instance.Api.CreateDevice(facts.Handle, &info, null, &device);
            }
        }

        result.ThrowOnError("vkCreateDevice", profile.Name);

        Queue queue;
        instance.Api.GetDeviceQueue(device, family, 0, &queue);
        return (device, queue);
    }
}
