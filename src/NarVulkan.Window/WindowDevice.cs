using Silk.NET.Core;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.KHR;

namespace NarVulkan.Windowing;

/// <summary>
/// The device that shows a window and is lent to the library: one queue for both, so that presenting and generating follow each other without
/// further synchronisation. Owns the device, borrows the instance.
/// </summary>
internal sealed unsafe class WindowDevice : IDisposable
{
    private WindowDevice(WindowInstance instance, DeviceChoice choice, Device handle)
    {
        (Instance, PhysicalDevice, Handle, QueueFamily) = (instance, choice.Handle, handle, choice.QueueFamily!.Value);
        PhysicalDeviceMemoryProperties memory;
        Vk.GetPhysicalDeviceMemoryProperties(PhysicalDevice, &memory);
        Memory = memory;
        Queue queue;
        Vk.GetDeviceQueue(handle, QueueFamily, 0, &queue);
        Queue = queue;
    }

    public WindowInstance Instance { get; }

    public Vk Vk => Instance.Vk;

    public PhysicalDevice PhysicalDevice { get; }

    public Device Handle { get; }

    public Queue Queue { get; }

    public uint QueueFamily { get; }

    /// <summary>Held around every use of the queue.</summary>
    public object QueueLock { get; } = new();

    public KhrSwapchain SwapchainApi { get; private set; } = null!;

    /// <summary>What was enabled for the library.</summary>
    public NarDeviceFeatures Enabled { get; private init; }

    private PhysicalDeviceMemoryProperties Memory { get; }

    /// <exception cref="DeviceException">No device can both run the library and show the window, or the one that was asked for cannot.</exception>
    public static WindowDevice Create(WindowInstance instance, string selector)
    {
        DeviceChoice choice = DeviceChoice.Select(Candidates(instance), selector);
        NarDeviceRequirements requirements = NarContext.QueryRequirements(instance.Vk, instance.Handle, choice.Handle);
        NarDeviceFeatures features = requirements.Required | requirements.Optional;
        string[] extensions = [KhrSwapchain.ExtensionName, .. requirements.DeviceExtensions, .. requirements.OptionalDeviceExtensions];
        using NativeStrings text = new();
        using NarFeatureChain chain = requirements.CreateFeatureChain(features);
        // No lower global priority, as the library's own devices ask for: this queue presents too, and the window would wait behind every other program.
        float priority = 1;
        DeviceQueueCreateInfo queue = new()
        {
            SType = StructureType.DeviceQueueCreateInfo,
            QueueFamilyIndex = choice.QueueFamily!.Value,
            QueueCount = 1,
            PQueuePriorities = &priority,
        };
        DeviceCreateInfo info = new()
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = chain.First,
            QueueCreateInfoCount = 1,
            PQueueCreateInfos = &queue,
            EnabledExtensionCount = (uint)extensions.Length,
            PpEnabledExtensionNames = text.AddArray(extensions),
        };
        Device handle;
        instance.Vk.CreateDevice(choice.Handle, &info, null, &handle).Check("vkCreateDevice");
        WindowDevice made = new(instance, choice, handle) { Enabled = features };
        if (instance.Vk.TryGetDeviceExtension(instance.Handle, handle, out KhrSwapchain swapchain))
        {
            made.SwapchainApi = swapchain;
            return made;
        }
        made.Dispose();
        throw new DeviceException("VK_KHR_swapchain could not be loaded: update the Vulkan loader and the driver");
    }

    /// <summary>The first memory type that a resource can live in and that has the properties.</summary>
    /// <exception cref="DeviceException">There is none.</exception>
    public uint MemoryType(uint allowed, MemoryPropertyFlags properties)
    {
        PhysicalDeviceMemoryProperties memory = Memory;
        for (int i = 0; i < memory.MemoryTypeCount; i++)
        {
            if ((allowed & (1u << i)) != 0 && (memory.MemoryTypes[i].PropertyFlags & properties) == properties)
            {
                return (uint)i;
            }
        }
        throw new DeviceException($"the device has no memory that is {properties}");
    }

    /// <summary>Waits until the queue is idle, so that what was presented may be taken down.</summary>
    public void WaitForQueue()
    {
        lock (QueueLock)
        {
            Vk.QueueWaitIdle(Queue).Check("vkQueueWaitIdle");
        }
    }

    public void Dispose() => Vk.DestroyDevice(Handle, null);

    private static List<DeviceChoice> Candidates(WindowInstance instance)
    {
        uint count = 0;
        instance.Vk.EnumeratePhysicalDevices(instance.Handle, &count, null).Check("vkEnumeratePhysicalDevices");
        var handles = new PhysicalDevice[count];
        fixed (PhysicalDevice* first = handles)
        {
            instance.Vk.EnumeratePhysicalDevices(instance.Handle, &count, first).Check("vkEnumeratePhysicalDevices");
        }
        return [.. handles.Select((handle, index) => Candidate(instance, handle, index))];
    }

    private static DeviceChoice Candidate(WindowInstance instance, PhysicalDevice handle, int index)
    {
        PhysicalDeviceProperties properties;
        instance.Vk.GetPhysicalDeviceProperties(handle, &properties);
        uint count = 0;
        instance.Vk.GetPhysicalDeviceQueueFamilyProperties(handle, &count, null);
        var families = new QueueFamilyProperties[count];
        fixed (QueueFamilyProperties* first = families)
        {
            instance.Vk.GetPhysicalDeviceQueueFamilyProperties(handle, &count, first);
        }
        bool canSwap = instance.Vk.IsDeviceExtensionPresent(handle, KhrSwapchain.ExtensionName);
        NarDeviceRequirements requirements = NarContext.QueryRequirements(instance.Vk, instance.Handle, handle);
        uint? chosen = null;
        for (uint family = 0; canSwap && family < count && chosen is null; family++)
        {
            Bool32 presents = false;
            instance.SurfaceApi.GetPhysicalDeviceSurfaceSupport(handle, family, instance.Surface, &presents);
            bool draws = families[family].QueueFlags.HasFlag(QueueFlags.GraphicsBit);
            chosen = presents && draws && requirements.CanUse(family) ? family : null;
        }
        return new DeviceChoice(index, handle, requirements.DeviceName, requirements.WhyNot, properties.DeviceType, chosen);
    }
}
