namespace NarVulkan;

/// <summary>The driver reset the device, or it was removed: nothing runs on it any more. What was made with it can only be disposed. Exit code 4.</summary>
public sealed class DeviceLostException : DeviceException
{
    public DeviceLostException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
