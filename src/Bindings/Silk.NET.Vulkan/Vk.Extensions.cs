using System.Runtime.InteropServices;

namespace Silk.NET.Vulkan;

public unsafe partial class Vk
{
    /// <summary>Whether the loader or an implicit layer offers an instance extension.</summary>
    public override bool IsExtensionPresent(string extension) => IsInstanceExtensionPresent(extension);

    /// <summary>As the all-pointer overload; it is here so that a bare null is ambiguous, as it is in Silk.NET.</summary>
    public Result EnumerateInstanceExtensionProperties(string pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties)
    {
        nint native = Marshal.StringToCoTaskMemUTF8(pLayerName);
        var result = EnumerateInstanceExtensionProperties((byte*)native, pPropertyCount, pProperties);
        Marshal.FreeCoTaskMem(native);
        return result;
    }

    /// <inheritdoc cref="EnumerateInstanceExtensionProperties(string, uint*, ExtensionProperties*)"/>
    public Result EnumerateDeviceExtensionProperties(PhysicalDevice physicalDevice, string pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties)
    {
        nint native = Marshal.StringToCoTaskMemUTF8(pLayerName);
        var result = EnumerateDeviceExtensionProperties(physicalDevice, (byte*)native, pPropertyCount, pProperties);
        Marshal.FreeCoTaskMem(native);
        return result;
    }

    public bool IsInstanceExtensionPresent(string extension, string? layer = null)
    {
        uint count = 0;
        ExtensionProperties[] found;
        Result result;
        do
        {
            EnumerateInstanceExtensionProperties(layer!, &count, null);
            found = new ExtensionProperties[count];
            fixed (ExtensionProperties* properties = found)
            {
                result = EnumerateInstanceExtensionProperties(layer!, &count, properties);
            }
        }
        while (result == Result.Incomplete);

        return Contains(found, count, extension);
    }

    /// <summary>Whether any device of an instance offers a device extension.</summary>
    public bool IsDeviceExtensionPresent(Instance instance, string extension, string? layer = null)
    {
        uint count = 0;
        EnumeratePhysicalDevices(instance, &count, null);
        var devices = new PhysicalDevice[count];
        fixed (PhysicalDevice* first = devices)
        {
            EnumeratePhysicalDevices(instance, &count, first);
        }

        return devices.Any(device => IsDeviceExtensionPresent(device, extension, layer));
    }

    public bool IsDeviceExtensionPresent(PhysicalDevice device, string extension, string? layer = null)
    {
        uint count = 0;
        ExtensionProperties[] found;
        Result result;
        do
        {
            EnumerateDeviceExtensionProperties(device, layer!, &count, null);
            found = new ExtensionProperties[count];
            fixed (ExtensionProperties* properties = found)
            {
                result = EnumerateDeviceExtensionProperties(device, layer!, &count, properties);
            }
        }
        while (result == Result.Incomplete);

        return Contains(found, count, extension);
    }

    private static bool Contains(ExtensionProperties[] properties, uint count, string extension)
    {
        for (int i = 0; i < Math.Min(count, properties.Length); i++)
        {
            fixed (byte* name = properties[i].ExtensionName)
            {
                if (Marshal.PtrToStringUTF8((nint)name) == extension)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
