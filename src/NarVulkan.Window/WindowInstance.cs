using System.Runtime.InteropServices;
using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.KHR;

namespace NarVulkan.Windowing;

/// <summary>A Vulkan instance that can present to a window, and the window's surface. Owns both.</summary>
internal sealed unsafe class WindowInstance : IDisposable
{
    private const string ValidationLayer = "VK_LAYER_KHRONOS_validation";
    private const string DebugUtilsExtension = "VK_EXT_debug_utils";
    private const string ValidationFeaturesExtension = "VK_EXT_validation_features";
    private const string PortabilityExtension = "VK_KHR_portability_enumeration";

    private WindowInstance(Vk vk, Instance handle, ValidationLog? validation) => (Vk, Handle, Validation) = (vk, handle, validation);

    public Vk Vk { get; }

    public Instance Handle { get; }

    /// <summary>Null without validation.</summary>
    public ValidationLog? Validation { get; }

    public KhrSurface SurfaceApi { get; private set; } = null!;

    public SurfaceKHR Surface { get; private set; }

    /// <exception cref="DeviceException">No loader, no driver that can present, or no validation layer though it was asked for.</exception>
    public static WindowInstance Create(IVkSurface window, bool validation)
    {
        Vk vk = Load();
        ValidationLog? log = validation ? new ValidationLog() : null;
        WindowInstance made;
        try
        {
            made = new WindowInstance(vk, CreateHandle(vk, window, log), log);
        }
        catch
        {
            vk.Dispose();
            throw;
        }
        try
        {
            log?.Attach(vk, made.Handle);
            made.SurfaceApi = vk.TryGetInstanceExtension(made.Handle, out KhrSurface api) ? api : throw new DeviceException("VK_KHR_surface could not be loaded: update the Vulkan loader");
            made.Surface = CreateSurface(window, made.Handle);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Surface.Handle != 0)
        {
            SurfaceApi.DestroySurface(Handle, Surface, null);
        }
        Validation?.Dispose();
        Vk.DestroyInstance(Handle, null);
        Vk.Dispose();
    }

    private static Vk Load()
    {
        try
        {
            return Vk.GetApi();
        }
        catch (Exception e) when (e is FileNotFoundException or DllNotFoundException or EntryPointNotFoundException or PlatformNotSupportedException)
        {
            throw new DeviceException("the Vulkan loader could not be loaded: install `libvulkan1` and a driver (`mesa-vulkan-drivers`)", e);
        }
    }

    private static Instance CreateHandle(Vk vk, IVkSurface window, ValidationLog? validation)
    {
        uint version;
        vk.EnumerateInstanceVersion(&version).Check("vkEnumerateInstanceVersion");
        byte** required = window.GetRequiredExtensions(out uint count);
        List<string> extensions = [], layers = [];
        for (uint i = 0; i < count; i++)
        {
            extensions.Add(Marshal.PtrToStringUTF8((nint)required[i])!);
        }
        // Without it the loader hides drivers that are layered over another API (MoltenVK).
        bool portability = vk.IsInstanceExtensionPresent(PortabilityExtension);
        if (portability)
        {
            extensions.Add(PortabilityExtension);
        }
        bool synchronization = false;
        if (validation is not null)
        {
            layers.Add(ValidationLayer);
            extensions.Add(DebugUtilsExtension);
            synchronization = HasValidationFeatures(vk);
            if (synchronization)
            {
                extensions.Add(ValidationFeaturesExtension);
            }
        }
        using NativeStrings text = new();
        ApplicationInfo application = new()
        {
            SType = StructureType.ApplicationInfo,
            PApplicationName = text.Add("NarVulkan.Window"),
            ApiVersion = Math.Clamp(version, Vk.Version12, Vk.Version13),
        };
        DebugUtilsMessengerCreateInfoEXT messenger = validation?.Describe() ?? default;
        ValidationFeatureEnableEXT enabled = ValidationFeatureEnableEXT.SynchronizationValidationExt;
        ValidationFeaturesEXT features = new()
        {
            SType = StructureType.ValidationFeaturesExt,
            PNext = &messenger,
            EnabledValidationFeatureCount = 1,
            PEnabledValidationFeatures = &enabled,
        };
        InstanceCreateInfo info = new()
        {
            SType = StructureType.InstanceCreateInfo,
            PNext = validation is null ? null : synchronization ? &features : &messenger,
            Flags = portability ? InstanceCreateFlags.EnumeratePortabilityBitKhr : 0,
            PApplicationInfo = &application,
            EnabledLayerCount = (uint)layers.Count,
            PpEnabledLayerNames = text.AddArray(layers),
            EnabledExtensionCount = (uint)extensions.Count,
            PpEnabledExtensionNames = text.AddArray(extensions),
        };
        Instance handle;
        return vk.CreateInstance(&info, null, &handle) switch
        {
            Result.ErrorLayerNotPresent => throw new DeviceException($"validation was asked for (NARVK_VALIDATION=1) but {ValidationLayer} is not installed; install `vulkan-validationlayers` or unset the variable"),
            Result.ErrorIncompatibleDriver => throw new DeviceException("no Vulkan driver was found; install one, e.g. `apt-get install mesa-vulkan-drivers` for the software driver"),
            Result.ErrorExtensionNotPresent => throw new DeviceException($"the Vulkan driver cannot present to this display: it lacks one of {string.Join(", ", extensions)}; work without a window, or with another driver"),
            var result when result.Check("vkCreateInstance") == Result.Success => handle,
            var result => throw new DeviceException($"vkCreateInstance returned {result}"),
        };
    }

    // The layer offers it, not the loader: an unknown layer has no extensions and is found out by vkCreateInstance.
    private static bool HasValidationFeatures(Vk vk)
    {
        using NativeStrings text = new();
        byte* layer = text.Add(ValidationLayer);
        uint count = 0;
        if (vk.EnumerateInstanceExtensionProperties(layer, &count, null) != Result.Success)
        {
            return false;
        }
        var found = new ExtensionProperties[count];
        fixed (ExtensionProperties* first = found)
        {
            vk.EnumerateInstanceExtensionProperties(layer, &count, first);
            for (uint i = 0; i < count; i++)
            {
                if (Marshal.PtrToStringUTF8((nint)first[i].ExtensionName) == ValidationFeaturesExtension)
                {
                    return true;
                }
            }
        }
        return false;
    }

    private static SurfaceKHR CreateSurface(IVkSurface window, Instance instance)
    {
        try
        {
            return window.Create<AllocationCallbacks>(instance.ToHandle(), null).ToSurface();
        }
        catch (Exception e) when (e is not NarException)
        {
            throw new DeviceException($"the window cannot be presented to with Vulkan: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
