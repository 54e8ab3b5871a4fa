using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>Turns a Vulkan call that failed into the library's exceptions.</summary>
internal static class VulkanResults
{
    /// <summary>Throws for error codes (negative); others are returned as they are.</summary>
    /// <param name="result">What the call returned.</param>
    /// <param name="call">Name of the Vulkan command.</param>
    /// <exception cref="DeviceException">The call failed.</exception>
    public static Result Check(this Result result, string call) => (int)result >= 0 ? result : throw (result switch
    {
        Result.ErrorDeviceLost => new DeviceLostException($"the device was lost during {call}: the driver reset it or it was removed; run again, and if it repeats choose another device with --device"),
        Result.ErrorSurfaceLostKhr => new DeviceException($"the window's surface was lost ({call}): the display was closed or changed; run again"),
        Result.ErrorOutOfDeviceMemory or Result.ErrorOutOfHostMemory => new DeviceException($"out of memory in {call}: make the window smaller or show fewer samples at a time"),
        _ => new DeviceException($"{call} failed with {result}"),
    });
}
