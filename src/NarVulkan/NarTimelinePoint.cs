using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan;

/// <summary>A value of a timeline semaphore: reached when the work that it stands for is done. The semaphore belongs to whoever made it.</summary>
/// <param name="Semaphore">A timeline semaphore.</param>
/// <param name="Value">The value that it reaches.</param>
public readonly record struct NarTimelinePoint(VkSemaphore Semaphore, ulong Value);
