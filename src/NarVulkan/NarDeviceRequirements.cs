using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>
/// What a physical device needs enabled so that a context can borrow the device that a host makes of it: ask before creating the device, with
/// <see cref="NarContext.QueryRequirements"/>. No instance extension is needed; the instance and the device are of Vulkan 1.2 at least.
/// </summary>
public sealed class NarDeviceRequirements
{
    private readonly PhysicalDeviceFacts facts;

    internal NarDeviceRequirements(PhysicalDeviceFacts facts)
    {
        this.facts = facts;
        DeviceName = facts.Name;
    }

    /// <summary>The device's own name.</summary>
    public string DeviceName { get; }

    /// <summary>Kind of device, in the words of <see cref="NarDeviceInfo.Kind"/>: discrete, integrated, virtual, software or other.</summary>
    public string DeviceKind => DeviceDescription.Kind(DeviceProfileBuilder.Kind(facts.Properties.DeviceType));

    /// <summary>Driver name and version, in the words of <see cref="NarDeviceInfo.Driver"/>; empty where the device is of a Vulkan version before 1.2.</summary>
    public string Driver => DeviceDescription.Driver(facts.DriverName, facts.DriverInfo);

    /// <summary>What the device lacks, in words; null where it can be used.</summary>
    public string? WhyNot => facts.Unsuitable();

    /// <summary>Version that <c>VkApplicationInfo.apiVersion</c> names at least.</summary>
    public uint ApiVersion => (uint)Vk.Version12;

    /// <summary>Instance extensions that must be enabled: none.</summary>
    public IReadOnlyList<string> InstanceExtensions => [];

    /// <summary>Device extensions that must be enabled; most devices need none.</summary>
    public IReadOnlyList<string> DeviceExtensions => facts.Extensions;

    /// <summary>Device extensions of what is optional; enable all of them, with <see cref="Optional"/>, or none.</summary>
    public IReadOnlyList<string> OptionalDeviceExtensions => Optional == NarDeviceFeatures.None ? [] : facts.CooperativeMatrixExtensions;

    /// <summary>What must be enabled.</summary>
    public NarDeviceFeatures Required => NarDeviceFeatures.TimelineSemaphore;

    /// <summary>What the device has besides and would be used.</summary>
    public NarDeviceFeatures Optional => facts.CooperativeMatrix is null ? NarDeviceFeatures.None : NarDeviceFeatures.CooperativeMatrix;

    /// <summary>
    /// A queue family for our work where the host has no other wish: one that computes without drawing, where there is one. A host that records
    /// steps into its own command buffers hands over a queue of the family that these are of.
    /// </summary>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    public uint QueueFamily => facts.QueueFamily ?? throw new DeviceException($"{DeviceName} cannot be used: {WhyNot}");

    /// <summary>Whether our work can be submitted to a queue family: it computes.</summary>
    public bool CanUse(uint queueFamily) => facts.CanCompute(queueFamily);

    /// <summary>Switches on what is needed in feature structures that the host chains itself; what is on already stays on.</summary>
    /// <param name="features11">The structure that the host chains.</param>
    /// <param name="features12">The structure that the host chains.</param>
    /// <param name="features">What to switch on; cooperative matrices need structures besides, which <see cref="CreateFeatureChain"/> has.</param>
    public void Enable(ref PhysicalDeviceVulkan11Features features11, ref PhysicalDeviceVulkan12Features features12, NarDeviceFeatures features = NarDeviceFeatures.TimelineSemaphore) =>
        Switch(ref features11, ref features12, features);

    /// <summary>
    /// A chain for <c>VkDeviceCreateInfo.pNext</c> with all that is needed, for hosts that have no Vulkan 1.1 or 1.2 feature structures of their own:
    /// a structure may appear once.
    /// </summary>
    /// <param name="features">What to switch on: <see cref="Required"/>, with <see cref="Optional"/> if wanted.</param>
    public NarFeatureChain CreateFeatureChain(NarDeviceFeatures features = NarDeviceFeatures.TimelineSemaphore) => new(features);

    /// <summary>What <see cref="Enable"/> does, for whatever device.</summary>
    internal static void Switch(ref PhysicalDeviceVulkan11Features features11, ref PhysicalDeviceVulkan12Features features12, NarDeviceFeatures features)
    {
        features12.TimelineSemaphore = true;
        if (features.HasFlag(NarDeviceFeatures.CooperativeMatrix))
        {
            features11.StorageBuffer16BitAccess = true;
            features12.ShaderFloat16 = true;
            features12.VulkanMemoryModel = true;
            // With the memory model enabled, atomics on buffers (sampling) are allowed only with this.
            features12.VulkanMemoryModelDeviceScope = true;
        }
    }
}
