using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// The least that a device may offer under Vulkan 1.2 (table "Required Limits" of the specification), in what the product looks at, but for
/// <see cref="StorageBuffers"/>. Not among it: timeline semaphores, which every driver of Vulkan 1.2 must have ("Feature Requirements"), so that doing without would gain no device.
/// </summary>
internal static unsafe class DeviceLimits
{
    public const uint WorkgroupInvocations = 128;

    /// <summary>Bytes.</summary>
    public const uint SharedMemory = 16384;

    /// <summary>Bytes.</summary>
    public const uint PushConstants = 128;

    /// <summary>Bytes: 2^27.</summary>
    public const uint StorageBufferRange = 128 << 20;

    /// <summary>Invocations of a workgroup along each axis.</summary>
    public static readonly uint[] WorkgroupSize = [128, 128, 64];

    public const uint TexelBufferElements = 65536;

    /// <summary>Bytes: where bindings of storage, uniform and texel buffers may start.</summary>
    public const uint OffsetAlignment = 256;

    public const uint AllocationCount = 4096;

    /// <summary>Bytes: 2^30.</summary>
    public const ulong AllocationSize = 1 << 30;

    /// <summary>Storage buffers of one shader. The least is 4; this is what the shader that binds most has (vote_features), so that none comes to need more.</summary>
    public const uint StorageBuffers = NarVulkan.Vulkan.PhysicalDeviceFacts.NeededStorageBuffers;

    /// <summary>Groups along each axis.</summary>
    public const uint WorkgroupCount = 65535;

    public const uint SmallestSubgroup = 4, LargestSubgroup = 64;

    /// <summary>What every device can do with subgroups in compute shaders: no arithmetic, no shuffles, no ballots.</summary>
    public const SubgroupFeatureFlags SubgroupOperations = SubgroupFeatureFlags.BasicBit;

    /// <summary>Extensions that are not there: what the product would take, and would do without.</summary>
    public static readonly string[] HiddenExtensions = ["VK_KHR_cooperative_matrix", "VK_KHR_shader_integer_dot_product", "VK_EXT_memory_budget", "VK_EXT_global_priority", "VK_KHR_global_priority"];

    /// <summary>Capabilities of SPIR-V that no shader may then have, by their numbers in its specification.</summary>
    public static readonly IReadOnlyDictionary<uint, string> HiddenCapabilities = new Dictionary<uint, string>
    {
        [9] = "Float16", [10] = "Float64", [11] = "Int64", [22] = "Int16", [39] = "Int8",
        [62] = "GroupNonUniformVote", [63] = "GroupNonUniformArithmetic", [64] = "GroupNonUniformBallot", [65] = "GroupNonUniformShuffle",
        [66] = "GroupNonUniformShuffleRelative", [67] = "GroupNonUniformClustered", [68] = "GroupNonUniformQuad",
        [4433] = "StorageBuffer16BitAccess", [4434] = "UniformAndStorageBuffer16BitAccess", [4448] = "StorageBuffer8BitAccess",
        [5345] = "VulkanMemoryModel", [6016] = "DotProductInputAll", [6017] = "DotProductInput4x8Bit", [6018] = "DotProductInput4x8BitPacked", [6019] = "DotProduct", [6022] = "CooperativeMatrixKHR",
    };

    public static void Lower(ref PhysicalDeviceLimits limits)
    {
        limits.MaxComputeWorkGroupInvocations = Math.Min(limits.MaxComputeWorkGroupInvocations, WorkgroupInvocations);
        limits.MaxComputeSharedMemorySize = Math.Min(limits.MaxComputeSharedMemorySize, SharedMemory);
        limits.MaxPushConstantsSize = Math.Min(limits.MaxPushConstantsSize, PushConstants);
        limits.MaxStorageBufferRange = Math.Min(limits.MaxStorageBufferRange, StorageBufferRange);
        for (var axis = 0; axis < 3; axis++)
        {
            limits.MaxComputeWorkGroupCount[axis] = Math.Min(limits.MaxComputeWorkGroupCount[axis], WorkgroupCount);
            limits.MaxComputeWorkGroupSize[axis] = Math.Min(limits.MaxComputeWorkGroupSize[axis], WorkgroupSize[axis]);
        }

        limits.MaxTexelBufferElements = Math.Min(limits.MaxTexelBufferElements, TexelBufferElements);
        limits.MinStorageBufferOffsetAlignment = Math.Max(limits.MinStorageBufferOffsetAlignment, OffsetAlignment);
        limits.MinTexelBufferOffsetAlignment = Math.Max(limits.MinTexelBufferOffsetAlignment, OffsetAlignment);
        limits.MinUniformBufferOffsetAlignment = Math.Max(limits.MinUniformBufferOffsetAlignment, OffsetAlignment);
        limits.MaxMemoryAllocationCount = Math.Min(limits.MaxMemoryAllocationCount, AllocationCount);
        limits.MaxPerStageDescriptorStorageBuffers = Math.Min(limits.MaxPerStageDescriptorStorageBuffers, StorageBuffers);
        limits.MaxDescriptorSetStorageBuffers = Math.Min(limits.MaxDescriptorSetStorageBuffers, StorageBuffers);
        limits.TimestampComputeAndGraphics = false;
    }
}
