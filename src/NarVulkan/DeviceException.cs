namespace NarVulkan;

/// <summary>There is no usable Vulkan device, or it failed: out of memory, device lost. Exit code 4.</summary>
public sealed class DeviceException : NarException
{
    public DeviceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
