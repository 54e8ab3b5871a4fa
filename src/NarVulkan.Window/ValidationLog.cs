using System.Runtime.InteropServices;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;

namespace NarVulkan.Windowing;

/// <summary>Writes what the validation layer says to standard error and counts it. Ends before its instance.</summary>
internal sealed unsafe class ValidationLog : IDisposable
{
    // The layer calls it from native code: the field keeps the delegate alive.
    private readonly DebugUtilsMessengerCallbackFunctionEXT callback;
    private ExtDebugUtils? debugUtils;
    private Instance instance;
    private DebugUtilsMessengerEXT messenger;
    private int count;

    public ValidationLog() => callback = OnMessage;

    /// <summary>Warnings and errors so far.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Description of the messenger, chained to instance creation so that this is covered too.</summary>
    public DebugUtilsMessengerCreateInfoEXT Describe() => new()
    {
        SType = StructureType.DebugUtilsMessengerCreateInfoExt,
        MessageSeverity = DebugUtilsMessageSeverityFlagsEXT.WarningBitExt | DebugUtilsMessageSeverityFlagsEXT.ErrorBitExt,
        MessageType = DebugUtilsMessageTypeFlagsEXT.ValidationBitExt | DebugUtilsMessageTypeFlagsEXT.PerformanceBitExt,
        PfnUserCallback = new PfnDebugUtilsMessengerCallbackEXT(callback),
    };

    /// <exception cref="DeviceException">The loader is too old for it.</exception>
    public void Attach(Vk vk, Instance created)
    {
        if (!vk.TryGetInstanceExtension(created, out ExtDebugUtils loaded))
        {
            throw new DeviceException("VK_EXT_debug_utils could not be loaded: update the Vulkan loader");
        }
        DebugUtilsMessengerCreateInfoEXT description = Describe();
        DebugUtilsMessengerEXT made;
        loaded.CreateDebugUtilsMessenger(created, &description, null, &made).Check("vkCreateDebugUtilsMessengerEXT");
        (debugUtils, instance, messenger) = (loaded, created, made);
    }

    public void Dispose()
    {
        debugUtils?.DestroyDebugUtilsMessenger(instance, messenger, null);
        debugUtils = null;
    }

    private uint OnMessage(DebugUtilsMessageSeverityFlagsEXT severity, DebugUtilsMessageTypeFlagsEXT types, DebugUtilsMessengerCallbackDataEXT* data, void* userData)
    {
        Interlocked.Increment(ref count);
        Console.Error.WriteLine("validation: " + Marshal.PtrToStringUTF8((nint)data->PMessage));
        return Vk.False;
    }
}
