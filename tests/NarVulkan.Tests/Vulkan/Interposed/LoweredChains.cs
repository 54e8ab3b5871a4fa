using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>Lowers what a driver has written into the structures of a query.</summary>
internal static unsafe class LoweredChains
{
    public static void LowerProperties(ChainLink* chain)
    {
        for (var at = chain; at is not null; at = at->PNext)
        {
            switch (at->SType)
            {
                case StructureType.PhysicalDeviceProperties2:
                    DeviceLimits.Lower(ref ((PhysicalDeviceProperties2*)at)->Properties.Limits);
                    break;
                case StructureType.PhysicalDeviceVulkan11Properties:
                    ((PhysicalDeviceVulkan11Properties*)at)->SubgroupSupportedOperations &= DeviceLimits.SubgroupOperations;
                    ((PhysicalDeviceVulkan11Properties*)at)->MaxMemoryAllocationSize = Math.Min(((PhysicalDeviceVulkan11Properties*)at)->MaxMemoryAllocationSize, DeviceLimits.AllocationSize);
                    break;
                case StructureType.PhysicalDeviceMaintenance3Properties:
                    ((PhysicalDeviceMaintenance3Properties*)at)->MaxMemoryAllocationSize = Math.Min(((PhysicalDeviceMaintenance3Properties*)at)->MaxMemoryAllocationSize, DeviceLimits.AllocationSize);
                    break;
                case StructureType.PhysicalDeviceSubgroupProperties:
                    ((PhysicalDeviceSubgroupProperties*)at)->SupportedOperations &= DeviceLimits.SubgroupOperations;
                    break;
                case StructureType.PhysicalDeviceSubgroupSizeControlProperties:
                    var sizes = (PhysicalDeviceSubgroupSizeControlProperties*)at;
                    (sizes->MinSubgroupSize, sizes->MaxSubgroupSize) = (DeviceLimits.SmallestSubgroup, DeviceLimits.LargestSubgroup);
                    break;
                default:
                    break; // nothing in it is lowered
            }
        }
    }

    public static void HideFeatures(ChainLink* chain)
    {
        for (var at = chain; at is not null; at = at->PNext)
        {
            switch (at->SType)
            {
                case StructureType.PhysicalDeviceFeatures2:
                    var features = &((PhysicalDeviceFeatures2*)at)->Features;
                    (features->ShaderInt64, features->ShaderInt16, features->ShaderFloat64) = (false, false, false);
                    break;
                case StructureType.PhysicalDeviceVulkan11Features:
                    ((PhysicalDeviceVulkan11Features*)at)->StorageBuffer16BitAccess = false;
                    ((PhysicalDeviceVulkan11Features*)at)->UniformAndStorageBuffer16BitAccess = false;
                    break;
                case StructureType.PhysicalDeviceVulkan12Features:
                    var features12 = (PhysicalDeviceVulkan12Features*)at;
                    (features12->ShaderFloat16, features12->ShaderInt8, features12->StorageBuffer8BitAccess) = (false, false, false);
                    (features12->BufferDeviceAddress, features12->DescriptorIndexing, features12->ScalarBlockLayout) = (false, false, false);
                    (features12->VulkanMemoryModel, features12->VulkanMemoryModelDeviceScope) = (false, false);
                    break;
                case StructureType.PhysicalDeviceCooperativeMatrixFeaturesKhr:
                    ((PhysicalDeviceCooperativeMatrixFeaturesKHR*)at)->CooperativeMatrix = false;
                    break;
                case StructureType.PhysicalDeviceShaderIntegerDotProductFeatures:
                    ((PhysicalDeviceShaderIntegerDotProductFeatures*)at)->ShaderIntegerDotProduct = false;
                    break;
                default:
                    break; // nothing in it is hidden
            }
        }
    }
}
