namespace NarVulkan;

/// <summary>
/// There is no usable Vulkan device, or it failed; <see cref="DeviceLostException"/> and <see cref="DeviceMemoryException"/> are the failures that a
/// program may want to tell apart. Exit code 4.
/// </summary>
public class DeviceException : NarException
{
    public DeviceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
