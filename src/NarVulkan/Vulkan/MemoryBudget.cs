using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// How much memory of a device is left for us. A driver with VK_EXT_memory_budget says what this process may have beside the others, and what it has;
/// without it the size of the heap must do, of which others may have taken any part. A software driver's memory is the host's.
/// </summary>
internal sealed unsafe class MemoryBudget(Vk api, PhysicalDevice device, DeviceProfile profile, DeviceAllocator allocator)
{
    public const string Extension = "VK_EXT_memory_budget";

    /// <summary>Bytes that buffers can still take. Only an estimate: others take and give back memory at any time.</summary>
    public ulong FreeBytes
    {
        get
        {
            if (profile.IsSoftware)
            {
                return HostMemory.AvailableBytes();
            }

            // Of blocks that were allocated, what no buffer has is free as well.
            var spare = allocator.AllocatedBytes - Math.Min(allocator.AllocatedBytes, allocator.UsedBytes);
            return profile.HasMemoryBudget && Ask() is (var budget and > 0, var usage)
                ? budget - Math.Min(budget, usage) + spare
                : profile.DeviceLocalBytes - Math.Min(profile.DeviceLocalBytes, allocator.UsedBytes);
        }
    }

    /// <summary>Of the largest device-local heap, where buffers go. A budget of 0, which no driver may name, comes from one without hardware.</summary>
    private (ulong Budget, ulong Usage) Ask()
    {
        var budget = new PhysicalDeviceMemoryBudgetPropertiesEXT { SType = StructureType.PhysicalDeviceMemoryBudgetPropertiesExt };
        var properties = new PhysicalDeviceMemoryProperties2 { SType = StructureType.PhysicalDeviceMemoryProperties2, PNext = &budget };
        api.GetPhysicalDeviceMemoryProperties2(device, &properties);
        var largest = -1;
        for (var i = 0; i < (int)properties.MemoryProperties.MemoryHeapCount; i++)
        {
            var heap = properties.MemoryProperties.MemoryHeaps[i];
            if ((heap.Flags & MemoryHeapFlags.DeviceLocalBit) != 0 && (largest < 0 || heap.Size > properties.MemoryProperties.MemoryHeaps[largest].Size))
            {
                largest = i;
            }
        }

        return largest < 0 ? (0, 0) : (budget.HeapBudget[largest], budget.HeapUsage[largest]);
    }
}
