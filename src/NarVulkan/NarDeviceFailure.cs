namespace NarVulkan;

/// <summary>A failure of the device that a program may have to act on; the call that came upon it throws <see cref="Exception"/> as well.</summary>
public sealed class NarDeviceFailure : EventArgs
{
    internal NarDeviceFailure(DeviceException exception) => Exception = exception;

    /// <summary>A <see cref="DeviceLostException"/> or a <see cref="DeviceMemoryException"/>.</summary>
    public DeviceException Exception { get; }

    /// <summary>
    /// Whether the device is lost: dispose the context (and with a device of your own, that), and begin again with a new one. Otherwise there was no
    /// memory, and what exists goes on working.
    /// </summary>
    public bool IsLost => Exception is DeviceLostException;
}
