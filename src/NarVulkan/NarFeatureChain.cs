using System.Runtime.InteropServices;
using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>Feature structures in native memory, chained; dispose it after the device was created.</summary>
public sealed unsafe class NarFeatureChain : IDisposable
{
    private readonly List<nint> blocks = [];
    private PhysicalDeviceVulkan12Features* first;

    internal NarFeatureChain(NarDeviceFeatures features)
    {
        bool cooperative = features.HasFlag(NarDeviceFeatures.CooperativeMatrix);
        var features11 = new PhysicalDeviceVulkan11Features { SType = StructureType.PhysicalDeviceVulkan11Features };
        var features12 = new PhysicalDeviceVulkan12Features { SType = StructureType.PhysicalDeviceVulkan12Features };
        NarDeviceRequirements.Switch(ref features11, ref features12, features);
        if (cooperative)
        {
            var matrices = Keep(new PhysicalDeviceCooperativeMatrixFeaturesKHR { SType = StructureType.PhysicalDeviceCooperativeMatrixFeaturesKhr, CooperativeMatrix = true });
            var sizes = Keep(new PhysicalDeviceSubgroupSizeControlFeatures
            {
                SType = StructureType.PhysicalDeviceSubgroupSizeControlFeatures,
                PNext = matrices,
                SubgroupSizeControl = true,
                ComputeFullSubgroups = true,
            });
            features11.PNext = sizes;
            features12.PNext = Keep(features11);
        }
        first = Keep(features12);
    }

    /// <summary>For <c>VkDeviceCreateInfo.pNext</c>.</summary>
    /// <exception cref="ObjectDisposedException">The chain was disposed.</exception>
    public void* First
    {
        get
        {
            ObjectDisposedException.ThrowIf(first is null, this);
            return first;
        }
    }

    /// <summary>Frees the structures.</summary>
    public void Dispose()
    {
        foreach (nint block in blocks)
        {
            NativeMemory.Free((void*)block);
        }
        blocks.Clear();
        first = null;
    }

    private T* Keep<T>(T structure) where T : unmanaged
    {
        var kept = (T*)NativeMemory.Alloc((nuint)sizeof(T));
        blocks.Add((nint)kept);
        *kept = structure;
        return kept;
    }
}
