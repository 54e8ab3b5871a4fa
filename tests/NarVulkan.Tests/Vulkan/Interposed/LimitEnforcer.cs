using System.Collections.Concurrent;
using NarVulkan.Tests.Kernels.Spirv;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// Says what of a call a device of <see cref="DeviceLimits"/> could not do. The real driver behind it could, and validation, which asks that
/// driver, would say nothing.
/// </summary>
internal sealed unsafe class LimitEnforcer
{
    private readonly ConcurrentDictionary<ulong, uint[]> _modules = [];
    private int _allocations;

    /// <summary>Tells it where somebody will look, since the product only learns that the call failed.</summary>
    public static Result Refuse(string why)
    {
        Console.Error.WriteLine($"beyond the limits of NARVK_TEST_LIMITS: {why}");
        return Result.ErrorFeatureNotPresent;
    }

    public static string? Refusal(PipelineLayoutCreateInfo* info)
    {
        for (var i = 0; i < info->PushConstantRangeCount; i++)
        {
            var range = info->PPushConstantRanges[i];
            if (range.Offset + range.Size > DeviceLimits.PushConstants)
            {
                return $"{range.Offset + range.Size} bytes of push constants";
            }
        }

        return null;
    }

    /// <summary>The storage buffers of one set of bindings, which is all that a shader of the product has.</summary>
    public static string? Refusal(DescriptorSetLayoutCreateInfo* info)
    {
        uint buffers = 0;
        for (var i = 0; i < info->BindingCount; i++)
        {
            buffers += info->PBindings[i].DescriptorType is DescriptorType.StorageBuffer or DescriptorType.StorageBufferDynamic ? info->PBindings[i].DescriptorCount : 0;
        }

        return buffers > DeviceLimits.StorageBuffers ? $"{buffers} storage buffers of one shader" : null;
    }

    public static string? Refusal(BufferViewCreateInfo* info)
    {
        // Whatever the whole of a buffer is, it cannot be told here; the product names its sizes.
        if (info->Range == Vk.WholeSize)
        {
            return "a texel buffer of all that there is";
        }

        var texelBytes = info->Format switch
        {
            Format.R32Uint or Format.R32Sint or Format.R32Sfloat => 4u,
            Format.R32G32Uint or Format.R32G32Sint or Format.R32G32Sfloat => 8u,
            Format.R32G32B32A32Uint or Format.R32G32B32A32Sint or Format.R32G32B32A32Sfloat => 16u,
            _ => 1u, // too few rather than too many
        };
        return info->Range / texelBytes > DeviceLimits.TexelBufferElements ? $"a texel buffer of {info->Range / texelBytes} elements"
            : info->Offset % DeviceLimits.OffsetAlignment != 0 ? $"a texel buffer at byte {info->Offset}"
            : null;
    }

    /// <summary>Where bindings start.</summary>
    public static string? Refusal(WriteDescriptorSet* writes, uint count)
    {
        for (var i = 0; i < count; i++)
        {
            for (var k = 0; writes[i].DescriptorType is DescriptorType.StorageBuffer or DescriptorType.UniformBuffer && k < writes[i].DescriptorCount; k++)
            {
                if (writes[i].PBufferInfo[k].Offset % DeviceLimits.OffsetAlignment != 0)
                {
                    return $"a binding at byte {writes[i].PBufferInfo[k].Offset}";
                }
            }
        }

        return null;
    }

    public string? Refusal(MemoryAllocateInfo* info) =>
        info->AllocationSize > DeviceLimits.AllocationSize ? $"an allocation of {info->AllocationSize} bytes"
        : Volatile.Read(ref _allocations) >= DeviceLimits.AllocationCount ? $"more than {DeviceLimits.AllocationCount} allocations"
        : null;

    /// <summary>Counts what is allocated.</summary>
    public void Allocated(int more) => Interlocked.Add(ref _allocations, more);

    public string? Refusal(DeviceCreateInfo* info)
    {
        for (var i = 0; i < info->EnabledExtensionCount; i++)
        {
            var name = NativeText.Read(info->PpEnabledExtensionNames[i]);
            if (DeviceLimits.HiddenExtensions.Contains(name))
            {
                return name;
            }
        }

        for (var at = (ChainLink*)info->PNext; at is not null; at = at->PNext)
        {
            switch (at->SType)
            {
                case StructureType.PhysicalDeviceVulkan11Features when ((PhysicalDeviceVulkan11Features*)at)->StorageBuffer16BitAccess:
                    return "storageBuffer16BitAccess";
                case StructureType.PhysicalDeviceVulkan12Features when ((PhysicalDeviceVulkan12Features*)at)->ShaderFloat16:
                    return "shaderFloat16";
                default:
                    break; // nothing in it is hidden
            }
        }

        return info->QueueCreateInfoCount != 1 || info->PQueueCreateInfos[0].QueueCount != 1 ? "more than one queue" : null;
    }

    /// <summary>Keeps a module's words until pipelines are made of it.</summary>
    public void Remember(ulong module, ShaderModuleCreateInfo* info) =>
        _modules[module] = new ReadOnlySpan<uint>(info->PCode, (int)(info->CodeSize / sizeof(uint))).ToArray();

    public string? Refusal(ComputePipelineCreateInfo* infos, uint count)
    {
        for (var i = 0; i < count; i++)
        {
            var stage = infos[i].Stage;
            var words = _modules[stage.Module.Handle];
            var capability = SpirvModule.Read(words).Capabilities.FirstOrDefault(DeviceLimits.HiddenCapabilities.ContainsKey);
            if (capability != 0)
            {
                return $"a shader with the capability {DeviceLimits.HiddenCapabilities[capability]}";
            }

            SpirvSizes sizes;
            try
            {
                sizes = SpirvSizes.Of(words, Constants(stage.PSpecializationInfo));
            }
            catch (InvalidDataException e)
            {
                // Thrown through native code's callers it would end the process.
                return $"a shader whose sizes are not understood: {e.Message}";
            }

            if (sizes.Invocations > DeviceLimits.WorkgroupInvocations)
            {
                return $"a workgroup of {sizes.Invocations} invocations";
            }

            for (var axis = 0; axis < 3; axis++)
            {
                if (sizes.WorkgroupSize[axis] > DeviceLimits.WorkgroupSize[axis])
                {
                    return $"a workgroup of {string.Join(" x ", sizes.WorkgroupSize)} invocations";
                }
            }

            if (sizes.SharedBytes > DeviceLimits.SharedMemory)
            {
                return $"a workgroup with {sizes.SharedBytes} bytes of shared memory";
            }
        }

        return null;
    }

    private static Dictionary<uint, uint> Constants(SpecializationInfo* info)
    {
        var constants = new Dictionary<uint, uint>();
        for (var i = 0; info is not null && i < info->MapEntryCount; i++)
        {
            var entry = info->PMapEntries[i];
            constants[entry.ConstantID] = *(uint*)((byte*)info->PData + entry.Offset);
        }

        return constants;
    }
}
