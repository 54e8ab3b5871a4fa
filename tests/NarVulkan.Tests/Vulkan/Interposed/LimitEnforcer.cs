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
