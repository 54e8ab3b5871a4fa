namespace NarVulkan;

/// <summary>
/// There is no memory for what was asked for, on the device or in the host, or the driver allows no more allocations. What exists stays usable: the
/// same can be tried again with fewer samples, or after something else was disposed. Exit code 4.
/// </summary>
public sealed class DeviceMemoryException : DeviceException
{
    public DeviceMemoryException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
