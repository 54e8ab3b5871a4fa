using System.Runtime.InteropServices;
using NarVulkan;
using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.KHR;

namespace SpinningCube;

/// <summary>The program's own instance, surface and device. What NarVulkan needs is asked for before the device is made: see <see cref="CreateDevice"/>.</summary>
internal sealed unsafe class HostDevice : IDisposable
{
    public HostDevice(IVkSurface window, string? name)
    {
        Vk = Vk.GetApi();
        Instance = CreateInstance(window);
        SurfaceApi = Vk.TryGetInstanceExtension(Instance, out KhrSurface surfaces) ? surfaces : throw new DeviceException("VK_KHR_surface could not be loaded");
        Surface = window.Create<AllocationCallbacks>(Instance.ToHandle(), null).ToSurface();
        (PhysicalDevice, QueueFamily) = Choose(name);
        Device = CreateDevice();
        SwapchainApi = Vk.TryGetDeviceExtension(Instance, Device, out KhrSwapchain swapchains) ? swapchains : throw new DeviceException("VK_KHR_swapchain could not be loaded");
        Queue queue;
        Vk.GetDeviceQueue(Device, QueueFamily, 0, &queue);
        Queue = queue;
    }

    public Vk Vk { get; }

    public Instance Instance { get; }

    public PhysicalDevice PhysicalDevice { get; }

    public Device Device { get; }

    public Queue Queue { get; }

    /// <summary>Held around every use of the queue: it is NarVulkan's too.</summary>
    public object QueueLock { get; } = new();

    public uint QueueFamily { get; }

    public KhrSurface SurfaceApi { get; }

    public SurfaceKHR Surface { get; }

    public KhrSwapchain SwapchainApi { get; }

    /// <summary>What was enabled of NarVulkan's wishes.</summary>
    public NarDeviceFeatures Enabled { get; private set; }

    public void Dispose()
    {
        Vk.DestroyDevice(Device, null);
        SurfaceApi.DestroySurface(Instance, Surface, null);
        Vk.DestroyInstance(Instance, null);
        Vk.Dispose();
    }

    private Instance CreateInstance(IVkSurface window)
    {
        byte** extensions = window.GetRequiredExtensions(out uint count);
        ApplicationInfo application = new() { SType = StructureType.ApplicationInfo, ApiVersion = Vk.Version12 };
        InstanceCreateInfo info = new()
        {
            SType = StructureType.InstanceCreateInfo,
            PApplicationInfo = &application,
            EnabledExtensionCount = count,
            PpEnabledExtensionNames = extensions,
        };
        Instance instance;
        Vk.CreateInstance(&info, null, &instance).Require("vkCreateInstance");
        return instance;
    }

    // The first device that draws, presents to the window and suits NarVulkan, all with one queue family.
    private (PhysicalDevice Device, uint Family) Choose(string? name)
    {
        uint count = 0;
        Vk.EnumeratePhysicalDevices(Instance, &count, null).Require("vkEnumeratePhysicalDevices");
        var devices = new PhysicalDevice[count];
        fixed (PhysicalDevice* first = devices)
        {
            Vk.EnumeratePhysicalDevices(Instance, &count, first).Require("vkEnumeratePhysicalDevices");
        }
        foreach (PhysicalDevice device in devices)
        {
            NarDeviceRequirements needs = NarContext.QueryRequirements(Vk, Instance, device);
            if (needs.WhyNot is not null || (name is not null && !needs.DeviceName.Contains(name, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }
            uint families = 0;
            Vk.GetPhysicalDeviceQueueFamilyProperties(device, &families, null);
            var properties = new QueueFamilyProperties[families];
            fixed (QueueFamilyProperties* first = properties)
            {
                Vk.GetPhysicalDeviceQueueFamilyProperties(device, &families, first);
            }
            for (uint family = 0; family < families; family++)
            {
                Bool32 presents = false;
                SurfaceApi.GetPhysicalDeviceSurfaceSupport(device, family, Surface, &presents);
                if (presents && needs.CanUse(family) && properties[family].QueueFlags.HasFlag(QueueFlags.GraphicsBit))
                {
                    return (device, family);
                }
            }
        }
        throw new DeviceException($"no Vulkan device{(name is null ? "" : $" '{name}'")} can draw to this window");
    }

    private Device CreateDevice()
    {
        // All that embedding asks of a host: these features and extensions beside its own.
        NarDeviceRequirements needs = NarContext.QueryRequirements(Vk, Instance, PhysicalDevice);
        Enabled = needs.Required | needs.Optional;
        using NarFeatureChain features = needs.CreateFeatureChain(Enabled);
        string[] names = [KhrSwapchain.ExtensionName, .. needs.DeviceExtensions, .. needs.OptionalDeviceExtensions];

        nint[] extensions = [.. names.Select(Marshal.StringToCoTaskMemUTF8)];
        float priority = 1;
        DeviceQueueCreateInfo queue = new()
        {
            SType = StructureType.DeviceQueueCreateInfo,
            QueueFamilyIndex = QueueFamily,
            QueueCount = 1,
            PQueuePriorities = &priority,
        };
        Device device;
        fixed (nint* first = extensions)
        {
            DeviceCreateInfo info = new()
            {
                SType = StructureType.DeviceCreateInfo,
                PNext = features.First,
                QueueCreateInfoCount = 1,
                PQueueCreateInfos = &queue,
                EnabledExtensionCount = (uint)extensions.Length,
                PpEnabledExtensionNames = (byte**)first,
            };
            Vk.CreateDevice(PhysicalDevice, &info, null, &device).Require("vkCreateDevice");
        }
        foreach (nint name in extensions)
        {
            Marshal.FreeCoTaskMem(name);
        }
        return device;
    }
}
