using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>Makes the list entry and the profile of a device from what its driver says and from limits lowered on purpose.</summary>
internal static unsafe class DeviceProfileBuilder
{
    // 16 bytes each: a texel buffer of 64 MiB holds the largest weight panel worth having. SwiftShader's 65,536 texels do not.
    private const uint UsefulTexelBufferElements = 1 << 22;

    public static DeviceKind Kind(PhysicalDeviceType type) => type switch
    {
        PhysicalDeviceType.DiscreteGpu => DeviceKind.Discrete,
        PhysicalDeviceType.IntegratedGpu => DeviceKind.Integrated,
        PhysicalDeviceType.VirtualGpu => DeviceKind.Virtual,
        PhysicalDeviceType.Cpu => DeviceKind.Software,
        _ => DeviceKind.Other,
    };

    public static PhysicalDeviceSummary Summarise(int index, PhysicalDeviceFacts facts)
    {
        var properties = facts.Properties;
        var driver = facts.Properties12;
        return new PhysicalDeviceSummary(
            index,
            NativeText.Read(properties.DeviceName),
            Kind(properties.DeviceType),
            NativeText.Read(driver.DriverName),
            NativeText.Read(driver.DriverInfo),
            ApiVersion.Text(properties.ApiVersion),
            LargestDeviceLocalHeap(facts.Memory),
            facts.Unsuitable());
    }

    public static DeviceProfile Build(PhysicalDeviceFacts facts, DeviceOptions options)
    {
        var properties = facts.Properties;
        var driver = facts.Properties12;
        var limits = properties.Limits;
        var identity = facts.Properties11;
        var kind = options.TreatAsDiscrete ? DeviceKind.Discrete : Kind(properties.DeviceType);
        var texels = Math.Min(limits.MaxTexelBufferElements, options.MaxTexelBufferElements ?? uint.MaxValue);
        var loadPath = ChooseLoadPath(kind, texels, options);
        var subgroup = Math.Max(identity.SubgroupSize, 1);
        return new DeviceProfile
        {
            Name = NativeText.Read(properties.DeviceName),
            DriverName = NativeText.Read(driver.DriverName),
            DriverInfo = NativeText.Read(driver.DriverInfo),
            Version = ApiVersion.Text(properties.ApiVersion),
            Kind = kind,
            VendorId = properties.VendorID,
            DeviceId = properties.DeviceID,
            DriverVersion = properties.DriverVersion,
            PipelineCacheUuid = new Guid(new ReadOnlySpan<byte>(properties.PipelineCacheUuid, 16)),
            DriverUuid = new Guid(new ReadOnlySpan<byte>(identity.DriverUuid, 16)),
            MaxStorageBufferRange = Math.Min(limits.MaxStorageBufferRange, options.MaxStorageBufferRange ?? ulong.MaxValue),
            MaxAllocationSize = Math.Min(identity.MaxMemoryAllocationSize, options.MaxAllocationSize ?? ulong.MaxValue),
            DeviceLocalBytes = LargestDeviceLocalHeap(facts.Memory),
            HasMemoryBudget = facts.HasMemoryBudget,
            MaxTexelBufferElements = texels,
            MaxWorkgroupInvocations = limits.MaxComputeWorkGroupInvocations,
            MaxWorkgroupCountX = limits.MaxComputeWorkGroupCount[0],
            MaxWorkgroupCountY = limits.MaxComputeWorkGroupCount[1],
            MaxWorkgroupCountZ = limits.MaxComputeWorkGroupCount[2],
            MaxSharedMemoryBytes = limits.MaxComputeSharedMemorySize,
            MaxPushConstantBytes = limits.MaxPushConstantsSize,
            MaxMemoryAllocationCount = limits.MaxMemoryAllocationCount,
            MaxStorageBuffersPerShader = Math.Min(limits.MaxPerStageDescriptorStorageBuffers, limits.MaxDescriptorSetStorageBuffers),
            StorageBufferOffsetAlignment = Math.Max(limits.MinStorageBufferOffsetAlignment, 4),
            SubgroupSize = subgroup,
            MinSubgroupSize = facts.SubgroupSizes.MinSubgroupSize == 0 ? subgroup : facts.SubgroupSizes.MinSubgroupSize,
            MaxSubgroupSize = facts.SubgroupSizes.MaxSubgroupSize == 0 ? subgroup : facts.SubgroupSizes.MaxSubgroupSize,
            SubgroupShuffle = identity.SubgroupSupportedOperations.HasFlag(SubgroupFeatureFlags.ShuffleBit)
                && identity.SubgroupSupportedStages.HasFlag(ShaderStageFlags.ComputeBit),
            CooperativeMatrix = options.CooperativeMatrices ?? kind != DeviceKind.Software ? facts.CooperativeMatrix : null,
            HalfActivations = options.HalfActivations,
            IntegerDotProducts = options.IntegerDotProducts && facts.IntegerDotProducts,
            AcceleratedIntegerDotProducts = facts.AcceleratedIntegerDotProducts,
            TimestampPeriodNanoseconds = facts.TimestampValidBits == 0 ? 0 : limits.TimestampPeriod,
            TimestampValidBits = facts.TimestampValidBits,
            Float16 = facts.Features12.ShaderFloat16,
            Storage16 = facts.Features11.StorageBuffer16BitAccess,
            UnifiedMemory = !options.ForceStaging && !options.TreatAsDiscrete && AllHeapsDeviceLocal(facts.Memory),
            WeightLoadPath = loadPath,
            ActivationLoadPath = loadPath,
        };
    }

    /// <summary>
    /// Software drivers read through texel buffers when these can be large: on Mesa's llvmpipe a storage buffer load
    /// of a lane becomes a scalar loop with a bounds check for each component, a texel fetch does not (a matrix product
    /// runs at 41 instead of 15 GFLOP/s on two cores). On GPUs a storage load at a uniform address becomes a scalar
    /// load and needs fewer registers than a texel fetch.
    /// </summary>
    public static LoadPath ChooseLoadPath(DeviceKind kind, uint maxTexelBufferElements, DeviceOptions options) =>
        kind == DeviceKind.Software && maxTexelBufferElements >= UsefulTexelBufferElements && !options.ForceStorageLoadPath
            ? LoadPath.Texel
            : LoadPath.Storage;

    private static ulong LargestDeviceLocalHeap(PhysicalDeviceMemoryProperties memory)
    {
        ulong largest = 0;
        for (var i = 0; i < (int)memory.MemoryHeapCount; i++)
        {
            if ((memory.MemoryHeaps[i].Flags & MemoryHeapFlags.DeviceLocalBit) != 0)
            {
                largest = Math.Max(largest, memory.MemoryHeaps[i].Size);
            }
        }

        return largest;
    }

    private static bool AllHeapsDeviceLocal(PhysicalDeviceMemoryProperties memory)
    {
        for (var i = 0; i < (int)memory.MemoryHeapCount; i++)
        {
            if ((memory.MemoryHeaps[i].Flags & MemoryHeapFlags.DeviceLocalBit) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
