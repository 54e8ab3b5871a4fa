using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan;

/// <summary>The Vulkan API. Commands are looked up for the current device, else the current instance.</summary>
public unsafe partial class Vk : NativeAPI
{
    private readonly delegate* unmanaged<nint, byte*, nint> _getInstanceProcAddr;
    private Instance? _currentInstance;
    private Device? _currentDevice;

    /// <summary>Binds to a loaded Vulkan loader.</summary>
    /// <exception cref="SymbolLoadingException">The library is not a Vulkan loader.</exception>
    public Vk(INativeContext ctx)
        : base(ctx, CommandCount) =>
        _getInstanceProcAddr = (delegate* unmanaged<nint, byte*, nint>)ctx.GetProcAddress("vkGetInstanceProcAddr");

    /// <summary>The instance that commands are looked up for; set by a successful <see cref="CreateInstance"/>.</summary>
    public Instance? CurrentInstance
    {
        get => _currentInstance;
        set
        {
            _currentInstance = value;
            PurgeEntryPoints();
        }
    }

    /// <summary>The device that commands are looked up for; set by a successful <see cref="CreateDevice"/>.</summary>
    public Device? CurrentDevice
    {
        get => _currentDevice;
        set
        {
            _currentDevice = value;
            PurgeEntryPoints();
        }
    }

    public static Version32 Version10 => new(1, 0, 0);

    public static Version32 Version11 => new(1, 1, 0);

    public static Version32 Version12 => new(1, 2, 0);

    public static Version32 Version13 => new(1, 3, 0);

    public static Version32 MakeVersion(uint major, uint minor, uint patch = 0) => new(major, minor, patch);

    /// <summary>Loads the Vulkan loader of the system.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static Vk GetApi() => new(new DefaultNativeContext(LoaderNames()));

    /// <summary>Another view of the same loader, for another instance and device.</summary>
    public Vk CloneWith(Instance instance, Device device) => new(Context) { _currentInstance = instance, _currentDevice = device };

    public Result CreateInstance(InstanceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Instance* pInstance)
    {
        var result = CallCreateInstance(pCreateInfo, pAllocator, pInstance);
        if (result == Result.Success)
        {
            CurrentInstance = *pInstance;
        }

        return result;
    }

    public void DestroyInstance(Instance instance, AllocationCallbacks* pAllocator)
    {
        CallDestroyInstance(instance, pAllocator);
        if (_currentInstance?.Handle == instance.Handle)
        {
            CurrentInstance = null;
        }
    }

    public Result CreateDevice(PhysicalDevice physicalDevice, DeviceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Device* pDevice)
    {
        var result = CallCreateDevice(physicalDevice, pCreateInfo, pAllocator, pDevice);
        if (result == Result.Success)
        {
            CurrentDevice = *pDevice;
        }

        return result;
    }

    public void DestroyDevice(Device device, AllocationCallbacks* pAllocator)
    {
        CallDestroyDevice(device, pAllocator);
        if (_currentDevice?.Handle == device.Handle)
        {
            CurrentDevice = null;
        }
    }

    public PfnVoidFunction GetInstanceProcAddr(Instance instance, byte* pName) => CallGetInstanceProcAddr(instance, pName);

    public PfnVoidFunction GetDeviceProcAddr(Device device, byte* pName) => CallGetDeviceProcAddr(device, pName);

    public PfnVoidFunction GetInstanceProcAddr(Instance instance, string pName)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(pName);
        var function = GetInstanceProcAddr(instance, (byte*)name);
        Marshal.FreeCoTaskMem(name);
        return function;
    }

    public PfnVoidFunction GetDeviceProcAddr(Device device, string pName)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(pName);
        var function = GetDeviceProcAddr(device, (byte*)name);
        Marshal.FreeCoTaskMem(name);
        return function;
    }

    /// <summary>The functions of an instance extension that was enabled on the instance; false if no driver has it.</summary>
    public bool TryGetInstanceExtension<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields)] T>(
        Instance instance, out T ext, string? layer = null)
        where T : NativeExtension<Vk>
    {
        bool present = IsInstanceExtensionPresent(NameOf<T>(), layer);
        ext = present ? Create<T>(name => (nint)GetInstanceProcAddr(instance, name)) : null!;
        return present;
    }

    /// <summary>The functions of a device extension that was enabled on the device; false if no device of the instance has it.</summary>
    public bool TryGetDeviceExtension<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields)] T>(
        Instance instance, Device device, out T ext, string? layer = null)
        where T : NativeExtension<Vk>
    {
        bool present = IsDeviceExtensionPresent(instance, NameOf<T>(), layer);
        ext = present ? Create<T>(name => (nint)GetDeviceProcAddr(device, name) is var p && p != 0 ? p : (nint)GetInstanceProcAddr(instance, name)) : null!;
        return present;
    }

    private protected override nint Resolve(string name, CommandLevel level)
    {
        nint native = Marshal.StringToCoTaskMemUTF8(name);
        nint address = 0;
        if (level == CommandLevel.Device && _currentDevice is { } device)
        {
            address = (nint)GetDeviceProcAddr(device, (byte*)native);
        }

        if (address == 0 && level != CommandLevel.Global && _currentInstance is { } instance)
        {
            address = _getInstanceProcAddr(instance.Handle, (byte*)native);
        }

        if (address == 0)
        {
            address = _getInstanceProcAddr(0, (byte*)native);
        }

        Marshal.FreeCoTaskMem(native);
        return address != 0 ? address : Context.GetProcAddress(name);
    }

    private static string[] LoaderNames()
    {
        if (OperatingSystem.IsWindows())
        {
            return ["vulkan-1.dll"];
        }

        return OperatingSystem.IsMacOS() ? ["libvulkan.dylib", "libvulkan.1.dylib", "libMoltenVK.dylib"] : ["libvulkan.so.1", "libvulkan.so"];
    }

    private static string NameOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>() =>
        (string)typeof(T).GetField("ExtensionName")!.GetRawConstantValue()!;

    private static T Create<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(Func<string, nint> lookup) =>
        (T)Activator.CreateInstance(typeof(T), new LamdaNativeContext(lookup))!;
}
