using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;
using Silk.NET.Vulkan.Extensions.KHR;
using Xunit;

namespace NarVulkan.Tests.Bindings;

/// <summary>What the product relies on in Silk.NET, generated or real.</summary>
public sealed unsafe class VulkanLoadingTests
{
    [Fact]
    public void NativeContext_LibraryThatIsMissing_IsFileNotFound()
    {
        Assert.Throws<FileNotFoundException>(() => new DefaultNativeContext("libthere-is-no-such-library.so.9"));
    }

    [Fact]
    public void Version32_MajorMinorPatch_RoundTrip()
    {
        var version = new Version32(1, 3, 239);

        Assert.Equal((1u << 22) | (3u << 12) | 239u, (uint)version);
        Assert.Equal((1u, 3u, 239u), (version.Major, version.Minor, version.Patch));
        Assert.Equal(new Version(1, 3, 239), (Version)version);
    }

    [Fact]
    public void SilkMarshal_StringArray_IsPointersToZeroEndedStrings()
    {
        nint block = SilkMarshal.StringArrayToPtr(["VK_KHR_surface", "", "größer"]);

        string[] read = [.. Enumerable.Range(0, 3).Select(i => SilkMarshal.PtrToString(((nint*)block)[i], NativeStringEncoding.UTF8) ?? "(null)")];

        SilkMarshal.Free(block);
        Assert.Equal(["VK_KHR_surface", "", "größer"], read);
    }

    [Fact]
    public void MemoryTypes_Indexed_AreTheirElements()
    {
        var properties = default(PhysicalDeviceMemoryProperties);

        properties.MemoryTypes[31].HeapIndex = 7;

        Assert.Equal(7u, properties.MemoryTypes.Element31.HeapIndex);
    }

    [SkippableFact]
    public void Vk_InstanceAndDeviceCreated_AreCurrentAndServeExtensions()
    {
        using var vk = LoadedApi();
        var application = new ApplicationInfo { SType = StructureType.ApplicationInfo, ApiVersion = Vk.Version11 };
        byte** names = (byte**)SilkMarshal.StringArrayToPtr([ExtDebugUtils.ExtensionName]);
        bool debugUtils = vk.IsInstanceExtensionPresent(ExtDebugUtils.ExtensionName);
        var instanceInfo = new InstanceCreateInfo
        {
            SType = StructureType.InstanceCreateInfo,
            PApplicationInfo = &application,
            EnabledExtensionCount = debugUtils ? 1u : 0u,
            PpEnabledExtensionNames = names,
        };
        Instance instance;
        var created = vk.CreateInstance(&instanceInfo, null, &instance);
        SilkMarshal.Free((nint)names);
        Skip.If(created == Result.ErrorIncompatibleDriver, "no Vulkan driver is installed");
        Assert.Equal(Result.Success, created);

        try
        {
            Assert.Equal(instance.Handle, vk.CurrentInstance!.Value.Handle);
            Assert.Equal(debugUtils, vk.TryGetInstanceExtension(instance, out ExtDebugUtils found));
            Assert.Equal(debugUtils, found is not null);
            UseFirstDevice(vk, instance);
        }
        finally
        {
            vk.DestroyInstance(instance, null);
        }
    }

    private static void UseFirstDevice(Vk vk, Instance instance)
    {
        uint count = 1;
        PhysicalDevice physicalDevice;
        vk.EnumeratePhysicalDevices(instance, &count, &physicalDevice);
        Skip.If(count == 0, "no Vulkan device");
        float priority = 1;
        var queueInfo = new DeviceQueueCreateInfo { SType = StructureType.DeviceQueueCreateInfo, QueueCount = 1, PQueuePriorities = &priority };
        var deviceInfo = new DeviceCreateInfo { SType = StructureType.DeviceCreateInfo, QueueCreateInfoCount = 1, PQueueCreateInfos = &queueInfo };
        Device device;
        Assert.Equal(Result.Success, vk.CreateDevice(physicalDevice, &deviceInfo, null, &device));

        Assert.Equal(device.Handle, vk.CurrentDevice!.Value.Handle);
        Assert.NotEqual(0, (nint)vk.GetDeviceProcAddr(device, "vkCmdDispatch"));
        Assert.Equal(0, (nint)vk.GetDeviceProcAddr(device, "vkCmdNothing"));
        Assert.Equal(vk.IsDeviceExtensionPresent(physicalDevice, KhrPushDescriptor.ExtensionName), vk.TryGetDeviceExtension(instance, device, out KhrPushDescriptor _));
        Assert.Equal(Result.Success, vk.DeviceWaitIdle(device));
        vk.DestroyDevice(device, null);
    }

    private static Vk LoadedApi()
    {
        try
        {
            return Vk.GetApi();
        }
        catch (FileNotFoundException e)
        {
            throw new SkipException($"no Vulkan loader: {e.Message}");
        }
    }
}
