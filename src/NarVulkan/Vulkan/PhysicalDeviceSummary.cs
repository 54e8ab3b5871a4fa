namespace NarVulkan.Vulkan;

/// <summary>One line of the device list.</summary>
/// <param name="Index">Place in the loader's list: what <c>--device N</c> takes.</param>
/// <param name="Name">Name of the device.</param>
/// <param name="Kind">Kind of device.</param>
/// <param name="DriverName">Name of the driver.</param>
/// <param name="DriverInfo">Version text of the driver.</param>
/// <param name="Version">Vulkan version, e.g. <c>1.3.230</c>.</param>
/// <param name="DeviceLocalBytes">Size of the largest device-local heap.</param>
/// <param name="Unsuitable">Why it cannot be used, or null when it can.</param>
internal sealed record PhysicalDeviceSummary(
    int Index,
    string Name,
    DeviceKind Kind,
    string DriverName,
    string DriverInfo,
    string Version,
    ulong DeviceLocalBytes,
    string? Unsuitable);
