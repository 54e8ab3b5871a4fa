using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>Turns every failed Vulkan call into one line that names the call, the thing it was for and what to do.</summary>
internal static class VulkanResultExtensions
{
    /// <summary>Throws for error codes (negative); success and status codes such as <c>Timeout</c> are returned as they are.</summary>
    /// <param name="result">What the call returned.</param>
    /// <param name="call">Name of the Vulkan command, e.g. <c>vkCreateBuffer</c>.</param>
    /// <param name="subject">What the call was for, e.g. the role of a buffer.</param>
    /// <exception cref="DeviceLostException">The device was lost.</exception>
    /// <exception cref="DeviceMemoryException">There is no memory, on the device or in the host.</exception>
    /// <exception cref="DeviceException">The call failed otherwise.</exception>
    public static Result ThrowOnError(this Result result, string call, string? subject = null)
    {
        if ((int)result >= 0)
        {
            return result;
        }

        var what = subject is null ? call : $"{call} for '{subject}'";
        throw result switch
        {
            Result.ErrorDeviceLost => new DeviceLostException(
                $"the device was lost during {what}: the driver reset it or it was removed; run again, and if it repeats choose another device with --device"),
            Result.ErrorOutOfDeviceMemory => new DeviceMemoryException(
                $"out of device memory in {what}: use fewer samples at a time, half-precision weights, or a device with more memory (--device)"),
            Result.ErrorOutOfHostMemory => new DeviceMemoryException(
                $"out of host memory in {what}: close other programs or use fewer samples at a time"),
            Result.ErrorTooManyObjects => new DeviceMemoryException(
                $"the driver allows no more memory allocations ({what}): use fewer samples at a time"),
            Result.ErrorInitializationFailed => new DeviceException(
                $"the Vulkan driver failed to initialise in {what}: check the driver installation with `vulkaninfo`"),
            _ => new DeviceException($"{what} failed with {result}"),
        };
    }
}
