using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>What one physical device says of itself, read once; the raw material of summary, profile and device creation.</summary>
internal sealed unsafe class PhysicalDeviceFacts
{
    private const string SubgroupSizeControlExtension = "VK_EXT_subgroup_size_control";
    private const string IntegerDotProductExtension = "VK_KHR_shader_integer_dot_product";
    private const string PortabilitySubsetExtension = "VK_KHR_portability_subset";

    /// <summary>
    /// What the shader that binds most takes (<c>vote_features</c>, which every generator has). The specification's least is 4 of a stage; GPUs of desktops have dozens.
    /// </summary>
    public const uint NeededStorageBuffers = 9;

    private QueueFamilyProperties[] _families = [];

    private PhysicalDeviceFacts(PhysicalDevice handle) => Handle = handle;

    public PhysicalDevice Handle { get; }

    public PhysicalDeviceProperties Properties { get; private set; }

    public PhysicalDeviceVulkan11Properties Properties11 { get; private set; }

    public PhysicalDeviceVulkan12Properties Properties12 { get; private set; }

    /// <summary>All zero where the driver does not say.</summary>
    public PhysicalDeviceSubgroupSizeControlProperties SubgroupSizes { get; private set; }

    public PhysicalDeviceVulkan11Features Features11 { get; private set; }

    public PhysicalDeviceVulkan12Features Features12 { get; private set; }

    public PhysicalDeviceMemoryProperties Memory { get; private set; }

    /// <summary>The device's own name.</summary>
    public string Name
    {
        get
        {
            var properties = Properties;
            return NativeText.Read(properties.DeviceName);
        }
    }

    /// <summary>Name of the driver; empty before Vulkan 1.2.</summary>
    public string DriverName
    {
        get
        {
            var properties = Properties12;
            return NativeText.Read(properties.DriverName);
        }
    }

    /// <summary>Version text of the driver; empty before Vulkan 1.2.</summary>
    public string DriverInfo
    {
        get
        {
            var properties = Properties12;
            return NativeText.Read(properties.DriverInfo);
        }
    }

    /// <summary>The extension that lets a queue give way to other programs'; null where there is none.</summary>
    public string? PriorityExtension { get; private set; }

    /// <summary>Whether the driver tells how much memory there is for this process. Asking needs no extension to be enabled.</summary>
    public bool HasMemoryBudget { get; private set; }

    /// <summary>Index of the queue family that work is submitted to; null when none can compute.</summary>
    public uint? QueueFamily { get; private set; }

    /// <summary>Queue families that the device has.</summary>
    public uint QueueFamilyCount => (uint)_families.Length;

    public uint TimestampValidBits => QueueFamily is { } family ? _families[family].TimestampValidBits : 0;

    /// <summary>Extensions that device creation must enable.</summary>
    public List<string> Extensions { get; } = [];

    /// <summary>What kernels on cooperative matrices would use; null where the device lacks any part of it.</summary>
    public CooperativeMatrixShape? CooperativeMatrix { get; private set; }

    /// <summary>Extensions that device creation must enable for <see cref="CooperativeMatrix"/>.</summary>
    public List<string> CooperativeMatrixExtensions { get; } = [];

    /// <summary>Shaders can multiply packed bytes and add the products; quickly or not.</summary>
    public bool IntegerDotProducts { get; private set; }

    /// <summary>The device has an instruction for that, with signed bytes.</summary>
    public bool AcceleratedIntegerDotProducts { get; private set; }

    /// <summary>Extensions that device creation must enable for <see cref="IntegerDotProducts"/>.</summary>
    public List<string> IntegerDotProductExtensions { get; } = [];

    public bool SupportsVulkan12 => Properties.ApiVersion >= (uint)Vk.Version12;

    /// <summary>For tests: a device of which nothing but its queue families is known.</summary>
    public static PhysicalDeviceFacts WithFamilies(QueueFamilyProperties[] families) => new(default) { _families = families };

    public static PhysicalDeviceFacts Read(Vk api, Instance instance, PhysicalDevice handle)
    {
        var facts = new PhysicalDeviceFacts(handle);
        // A driver of Vulkan 1.0 has no vkGetPhysicalDeviceProperties2: look at the version first.
        PhysicalDeviceProperties properties;
        api.GetPhysicalDeviceProperties(handle, &properties);
        facts.Properties = properties;
        PhysicalDeviceMemoryProperties memory;
        api.GetPhysicalDeviceMemoryProperties(handle, &memory);
        facts.Memory = memory;
        facts.ChooseQueueFamily(api);
        if (facts.SupportsVulkan12)
        {
            facts.ReadVulkan12(api, instance);
        }

        return facts;
    }

    /// <summary>Why the device cannot be used, or null.</summary>
    public string? Unsuitable()
    {
        if (!SupportsVulkan12)
        {
            return $"its driver knows Vulkan {ApiVersion.Text(Properties.ApiVersion)} only, 1.2 is needed";
        }

        if (!Features12.TimelineSemaphore)
        {
            return "its driver has no timeline semaphores";
        }

        return QueueFamily is null ? "it has no queue family that can compute" : TooFewStorageBuffers(Properties.Limits);
    }

    /// <summary>Why shaders cannot bind what they need, or null.</summary>
    internal static string? TooFewStorageBuffers(in PhysicalDeviceLimits limits)
    {
        var most = Math.Min(limits.MaxPerStageDescriptorStorageBuffers, limits.MaxDescriptorSetStorageBuffers);
        return most < NeededStorageBuffers ? $"its shaders bind {most} storage buffers at most, {NeededStorageBuffers} are needed" : null;
    }

    /// <summary>Whether a queue family exists and computes.</summary>
    public bool CanCompute(uint family) => family < _families.Length && (_families[family].QueueFlags & QueueFlags.ComputeBit) != 0;

    /// <summary>Takes the queue family that a host chose instead of ours.</summary>
    /// <exception cref="DeviceException">There is no such family, or it does not compute.</exception>
    public void UseQueueFamily(uint family) => QueueFamily = CanCompute(family)
        ? family
        : throw new DeviceException($"queue family {family} of {Name} {(family < _families.Length ? "does not compute" : "does not exist")}: hand over a queue of one that does, such as family {QueueFamily}");

    private void ChooseQueueFamily(Vk api)
    {
        uint count = 0;
        api.GetPhysicalDeviceQueueFamilyProperties(Handle, &count, null);
        var families = new QueueFamilyProperties[count];
        fixed (QueueFamilyProperties* pointer = families)
        {
            api.GetPhysicalDeviceQueueFamilyProperties(Handle, &count, pointer);
        }

        _families = families;
        // A family that computes but draws nothing leaves the desktop responsive; any computing family will do.
        var dedicated = Array.FindIndex(families, f => (f.QueueFlags & (QueueFlags.ComputeBit | QueueFlags.GraphicsBit)) == QueueFlags.ComputeBit);
        var chosen = dedicated >= 0 ? dedicated : Array.FindIndex(families, f => (f.QueueFlags & QueueFlags.ComputeBit) != 0);
        if (chosen >= 0)
        {
            QueueFamily = (uint)chosen;
        }
    }

    private void ReadVulkan12(Vk api, Instance instance)
    {
        var extensions = ExtensionNames(api);
        // The specification demands that it be enabled wherever it is offered.
        if (extensions.Contains(PortabilitySubsetExtension))
        {
            Extensions.Add(PortabilitySubsetExtension);
        }

        PriorityExtension = QueuePriority.Extensions.FirstOrDefault(extensions.Contains);
        HasMemoryBudget = extensions.Contains(MemoryBudget.Extension);
        var namesSubgroupSizes = Properties.ApiVersion >= (uint)Vk.Version13 || extensions.Contains(SubgroupSizeControlExtension);
        var sizes = new PhysicalDeviceSubgroupSizeControlProperties { SType = StructureType.PhysicalDeviceSubgroupSizeControlProperties };
        var namesDotProducts = Properties.ApiVersion >= (uint)Vk.Version13 || extensions.Contains(IntegerDotProductExtension);
        var dotProducts = new PhysicalDeviceShaderIntegerDotProductProperties
        {
            SType = StructureType.PhysicalDeviceShaderIntegerDotProductProperties,
            PNext = namesSubgroupSizes ? &sizes : null,
        };
        var properties12 = new PhysicalDeviceVulkan12Properties
        {
            SType = StructureType.PhysicalDeviceVulkan12Properties,
            PNext = namesDotProducts ? &dotProducts : dotProducts.PNext,
        };
        var properties11 = new PhysicalDeviceVulkan11Properties { SType = StructureType.PhysicalDeviceVulkan11Properties, PNext = &properties12 };
        var properties = new PhysicalDeviceProperties2 { SType = StructureType.PhysicalDeviceProperties2, PNext = &properties11 };
        api.GetPhysicalDeviceProperties2(Handle, &properties);

        var hasCooperativeMatrix = namesSubgroupSizes && extensions.Contains(CooperativeMatrixFacts.Extension);
        var cooperativeFeatures = new PhysicalDeviceCooperativeMatrixFeaturesKHR { SType = StructureType.PhysicalDeviceCooperativeMatrixFeaturesKhr };
        var sizeFeatures = new PhysicalDeviceSubgroupSizeControlFeatures
        {
            SType = StructureType.PhysicalDeviceSubgroupSizeControlFeatures,
            PNext = &cooperativeFeatures,
        };
        var dotProductFeatures = new PhysicalDeviceShaderIntegerDotProductFeatures
        {
            SType = StructureType.PhysicalDeviceShaderIntegerDotProductFeatures,
            PNext = hasCooperativeMatrix ? &sizeFeatures : null,
        };
        var features12 = new PhysicalDeviceVulkan12Features
        {
            SType = StructureType.PhysicalDeviceVulkan12Features,
            PNext = namesDotProducts ? &dotProductFeatures : dotProductFeatures.PNext,
        };
        var features11 = new PhysicalDeviceVulkan11Features { SType = StructureType.PhysicalDeviceVulkan11Features, PNext = &features12 };
        var features = new PhysicalDeviceFeatures2 { SType = StructureType.PhysicalDeviceFeatures2, PNext = &features11 };
        api.GetPhysicalDeviceFeatures2(Handle, &features);

        (Properties, Properties11, Properties12, SubgroupSizes) = (properties.Properties, properties11, properties12, sizes);
        (Features11, Features12) = (features11, features12);
        IntegerDotProducts = namesDotProducts && dotProductFeatures.ShaderIntegerDotProduct;
        AcceleratedIntegerDotProducts = IntegerDotProducts && dotProducts.IntegerDotProduct4x8BitPackedSignedAccelerated;
        if (Properties.ApiVersion < (uint)Vk.Version13)
        {
            IntegerDotProductExtensions.Add(IntegerDotProductExtension);
        }

        if (hasCooperativeMatrix
            && cooperativeFeatures.CooperativeMatrix
            && features12.ShaderFloat16
            && features12.VulkanMemoryModel
            && features12.VulkanMemoryModelDeviceScope
            && features11.StorageBuffer16BitAccess
            && sizeFeatures.SubgroupSizeControl
            && sizeFeatures.ComputeFullSubgroups
            && sizes.RequiredSubgroupSizeStages.HasFlag(ShaderStageFlags.ComputeBit))
        {
            // The smallest subgroups: where there are several sizes it is theirs that the matrix units have (32 lanes on
            // RDNA, which also runs 64; 8 or 16 on Arc, which also runs 32).
            CooperativeMatrix = CooperativeMatrixFacts.Read(api, instance, Handle, sizes.MinSubgroupSize);
            CooperativeMatrixExtensions.Add(CooperativeMatrixFacts.Extension);
            if (Properties.ApiVersion < (uint)Vk.Version13)
            {
                CooperativeMatrixExtensions.Add(SubgroupSizeControlExtension);
            }
        }
    }

    private HashSet<string> ExtensionNames(Vk api)
    {
        uint count = 0;
        api.EnumerateDeviceExtensionProperties(Handle, (byte*)null, &count, null).ThrowOnError("vkEnumerateDeviceExtensionProperties");
        var extensions = new ExtensionProperties[count];
        var names = new HashSet<string>();
        fixed (ExtensionProperties* pointer = extensions)
        {
            api.EnumerateDeviceExtensionProperties(Handle, (byte*)null, &count, pointer).ThrowOnError("vkEnumerateDeviceExtensionProperties");
            for (uint i = 0; i < count; i++)
            {
                names.Add(NativeText.Read(pointer[i].ExtensionName));
            }
        }

        return names;
    }
}
