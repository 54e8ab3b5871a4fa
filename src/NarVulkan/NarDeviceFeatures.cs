namespace NarVulkan;

/// <summary>What a device must or may have enabled for this library. <see cref="NarDeviceRequirements"/> knows the Vulkan features behind it.</summary>
[Flags]
public enum NarDeviceFeatures
{
    /// <summary>Nothing beyond Vulkan 1.2.</summary>
    None = 0,

    /// <summary>Timeline semaphores: the only feature that is required.</summary>
    TimelineSemaphore = 1,

    /// <summary>
    /// Cooperative matrices (VK_KHR_cooperative_matrix) and what the kernels on them use: float16 arithmetic, 16-bit storage, the Vulkan memory
    /// model, chosen subgroup sizes. Optional: products and attention of many rows are faster with them.
    /// </summary>
    CooperativeMatrix = 2,
}
