using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan;

/// <summary>An opened Vulkan device with the kernels for it. Models are loaded into a context and must be disposed before it.</summary>
public sealed class NarContext : IDisposable
{
    private NarContext(VulkanDevice device)
    {
        Vulkan = device;
        Kernels = new KernelSet(device);
    }

    /// <summary>The device that was opened.</summary>
    public NarDeviceInfo Device => DeviceDescription.Describe(Vulkan.Index, Vulkan.Profile);

    /// <summary>Device bytes in use, and the most that ever were.</summary>
    public (long InUse, long Peak) DeviceMemory => ((long)Vulkan.Allocator.UsedBytes, (long)Vulkan.Allocator.PeakBytes);

    internal VulkanDevice Vulkan { get; }

    internal KernelSet Kernels { get; }

    /// <summary>All devices that the Vulkan loader knows, usable or not.</summary>
    /// <exception cref="DeviceException">There is no loader or no driver.</exception>
    public static IReadOnlyList<NarDeviceInfo> EnumerateDevices() => [.. VulkanDevice.Survey().Select(device => DeviceDescription.Describe(device.Summary, device.Profile))];

    /// <summary>Opens a device.</summary>
    /// <exception cref="DeviceException">There is no driver, no such device, or it lacks what is required.</exception>
    /// <exception cref="InvalidRequestException">The shader folder does not exist.</exception>
    public static NarContext Create(NarContextOptions? options = null)
    {
        options ??= new NarContextOptions();
        if (options.ShaderDirectory is { } shaders && !Directory.Exists(shaders))
        {
            throw new InvalidRequestException($"{shaders}: there is no such folder of shaders.");
        }
        var vulkanOptions = new DeviceOptions { Selector = options.Device, ShaderDirectory = options.ShaderDirectory };
        return Create(options.Validation is { } validation ? vulkanOptions with { Validation = validation } : vulkanOptions);
    }

    /// <summary>Opens a device with settings that the public has no use for, such as limits lowered on purpose.</summary>
    internal static NarContext Create(DeviceOptions options) => new(VulkanDevice.Open(options));

    /// <summary>Computes small cases of the main kernels on the device and compares them with their twins on the CPU.</summary>
    public IReadOnlyList<NarSelfTestResult> SelfTest() => DeviceSelfTest.Run(Kernels);

    /// <summary>Closes the device.</summary>
    public void Dispose() => Vulkan.Dispose();
}
