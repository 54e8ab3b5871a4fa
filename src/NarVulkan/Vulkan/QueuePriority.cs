using System.Runtime.InteropServices;
using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// VkDeviceQueueGlobalPriorityCreateInfoKHR: how a queue stands to those of other programs. Ours gives way to whatever draws the desktop, where the
/// driver knows such an order (VK_KHR_global_priority or VK_EXT_global_priority); no right is needed for that.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct QueuePriority
{
    private const int LowPriority = 128; // VK_QUEUE_GLOBAL_PRIORITY_LOW_KHR

    /// <summary>Either has the structure; the second is what the first was before.</summary>
    public static readonly string[] Extensions = ["VK_KHR_global_priority", "VK_EXT_global_priority"];

    public StructureType SType;
    public void* PNext;
    public int GlobalPriority;

    public static QueuePriority Low => new() { SType = StructureType.DeviceQueueGlobalPriorityCreateInfoKhr, GlobalPriority = LowPriority };
}
