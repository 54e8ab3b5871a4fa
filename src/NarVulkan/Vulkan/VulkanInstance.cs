using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;

namespace NarVulkan.Vulkan;

/// <summary>The Vulkan loader and one instance, with the validation layer when it was asked for.</summary>
internal sealed unsafe class VulkanInstance : IDisposable
{
    private const string ValidationLayer = "VK_LAYER_KHRONOS_validation";
    private const string DebugUtilsExtension = "VK_EXT_debug_utils";
    private const string ValidationFeaturesExtension = "VK_EXT_validation_features";
    private const string PortabilityExtension = "VK_KHR_portability_enumeration";

    private VulkanInstance(Vk api, Instance handle, ExtDebugUtils? debugUtils, ValidationMessages? messages)
    {
        Api = api;
        Handle = handle;
        DebugUtils = debugUtils;
        Messages = messages;
    }

    public Vk Api { get; }

    public Instance Handle { get; }

    public ExtDebugUtils? DebugUtils { get; }

    public ValidationMessages? Messages { get; }

    /// <exception cref="DeviceException">No loader, no driver, or no validation layer though it was asked for.</exception>
    public static VulkanInstance Create(bool validation, TextWriter? validationLog = null, Func<Vk>? loadApi = null)
    {
        var api = LoadApi(loadApi ?? Vk.GetApi);
        uint loaderVersion;
        api.EnumerateInstanceVersion(&loaderVersion).ThrowOnError("vkEnumerateInstanceVersion");
        if (loaderVersion < (uint)Vk.Version12)
        {
            throw new DeviceException(
                $"the Vulkan loader knows Vulkan {ApiVersion.Text(loaderVersion)} only; version 1.2 is needed: update `libvulkan1`");
        }

        if (validation && !LayerNames(api).Contains(ValidationLayer))
        {
            throw new DeviceException(
                $"validation was asked for (NARVK_VALIDATION=1) but {ValidationLayer} is not installed; install `vulkan-validationlayers` or unset the variable");
        }

        var available = ExtensionNames(api, null);
        var extensions = new List<string>();
        var layers = new List<string>();
        if (validation)
        {
            layers.Add(ValidationLayer);
            extensions.Add(DebugUtilsExtension);
            if (available.Contains(ValidationFeaturesExtension) || ExtensionNames(api, ValidationLayer).Contains(ValidationFeaturesExtension))
            {
                extensions.Add(ValidationFeaturesExtension);
            }
        }

        // Without it the loader hides drivers that are layered over another API (MoltenVK).
        var portability = available.Contains(PortabilityExtension);
        if (portability)
        {
            extensions.Add(PortabilityExtension);
        }

        var messages = validation ? new ValidationMessages(validationLog ?? Console.Error) : null;
        var handle = CreateHandle(api, Math.Min(loaderVersion, (uint)Vk.Version13), layers, extensions, portability, messages);
        ExtDebugUtils? debugUtils = null;
        if (messages is not null)
        {
            // It is enabled, so what makes it seem absent is a lack of memory while extensions are counted, which is not told: asked once more.
            if (!api.TryGetInstanceExtension(handle, out ExtDebugUtils loaded) && !api.TryGetInstanceExtension(handle, out loaded))
            {
                lock (LoaderLists.Lock)
                {
                    api.DestroyInstance(handle, null);
                }

                throw new DeviceException($"{DebugUtilsExtension} could not be loaded: update the Vulkan loader");
            }

            messages.Attach(loaded, handle);
            debugUtils = loaded;
        }

        return new VulkanInstance(api, handle, debugUtils, messages);
    }

    /// <summary>All physical devices in the loader's order: the index of <c>--device N</c>.</summary>
    public PhysicalDevice[] PhysicalDevices() => PhysicalDevices(Api, Handle);

    /// <summary>The same, of whatever instance.</summary>
    public static PhysicalDevice[] PhysicalDevices(Vk api, Instance instance)
    {
        uint count = 0;
        api.EnumeratePhysicalDevices(instance, &count, null).ThrowOnError("vkEnumeratePhysicalDevices");
        var devices = new PhysicalDevice[count];
        fixed (PhysicalDevice* pointer = devices)
        {
            api.EnumeratePhysicalDevices(instance, &count, pointer).ThrowOnError("vkEnumeratePhysicalDevices");
        }

        return devices.Length == 0 ? throw new DeviceException(NoDriver.Message) : devices;
    }

    public void Dispose()
    {
        Messages?.Dispose();
        lock (LoaderLists.Lock)
        {
            Api.DestroyInstance(Handle, null);
        }

        Api.Dispose();
    }

    private static Vk LoadApi(Func<Vk> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is FileNotFoundException or DllNotFoundException or EntryPointNotFoundException or PlatformNotSupportedException)
        {
            throw new DeviceException($"the Vulkan loader could not be loaded: {NoDriver.Install}", e);
        }
    }

    private static Instance CreateHandle(
        Vk api, uint version, List<string> layers, List<string> extensions, bool portability, ValidationMessages? messages)
    {
        using var text = new NativeText();
        var application = new ApplicationInfo
        {
            SType = StructureType.ApplicationInfo,
            PApplicationName = text.Add("narvk"),
            PEngineName = text.Add("NarVulkan"),
            ApiVersion = version,
        };
        var messenger = messages?.Describe() ?? default;
        var synchronization = ValidationFeatureEnableEXT.SynchronizationValidationExt;
        var features = new ValidationFeaturesEXT
        {
            SType = StructureType.ValidationFeaturesExt,
            PNext = &messenger,
            EnabledValidationFeatureCount = 1,
            PEnabledValidationFeatures = &synchronization,
        };
        var info = new InstanceCreateInfo
        {
            SType = StructureType.InstanceCreateInfo,
            PNext = messages is null ? null : extensions.Contains(ValidationFeaturesExtension) ? &features : &messenger,
            Flags = portability ? InstanceCreateFlags.EnumeratePortabilityBitKhr : 0,
            PApplicationInfo = &application,
            EnabledLayerCount = (uint)layers.Count,
            PpEnabledLayerNames = text.AddArray(layers),
            EnabledExtensionCount = (uint)extensions.Count,
            PpEnabledExtensionNames = text.AddArray(extensions),
        };
        Instance handle;
        Result result;
        lock (LoaderLists.Lock)
        {
            result = api.CreateInstance(&info, null, &handle);
        }

        if (result == Result.ErrorIncompatibleDriver)
        {
            throw new DeviceException(NoDriver.Message);
        }

        result.ThrowOnError("vkCreateInstance");
        return handle;
    }

    private static HashSet<string> LayerNames(Vk api)
    {
        uint count = 0;
        api.EnumerateInstanceLayerProperties(&count, null).ThrowOnError("vkEnumerateInstanceLayerProperties");
        var layers = new LayerProperties[count];
        var names = new HashSet<string>();
        fixed (LayerProperties* pointer = layers)
        {
            api.EnumerateInstanceLayerProperties(&count, pointer).ThrowOnError("vkEnumerateInstanceLayerProperties");
            for (uint i = 0; i < count; i++)
            {
                names.Add(NativeText.Read(pointer[i].LayerName));
            }
        }

        return names;
    }

    private static HashSet<string> ExtensionNames(Vk api, string? layer)
    {
        using var text = new NativeText();
        var layerName = layer is null ? null : text.Add(layer);
        uint count = 0;
        try
        {
            api.EnumerateInstanceExtensionProperties(layerName, &count, null).ThrowOnError("vkEnumerateInstanceExtensionProperties");
        }
        catch (DeviceMemoryException e) when (layer is null)
        {
            // It is the first call that reads the manifests, and loaders answer one that is no JSON as they do a lack of memory.
            throw new DeviceMemoryException($"{e.Message}; or a driver's manifest is damaged: look at what VK_DRIVER_FILES names, and at the .json files in vulkan/icd.d", e);
        }

        var extensions = new ExtensionProperties[count];
        var names = new HashSet<string>();
        fixed (ExtensionProperties* pointer = extensions)
        {
            api.EnumerateInstanceExtensionProperties(layerName, &count, pointer).ThrowOnError("vkEnumerateInstanceExtensionProperties");
            for (uint i = 0; i < count; i++)
            {
                names.Add(NativeText.Read(pointer[i].ExtensionName));
            }
        }

        return names;
    }
}
