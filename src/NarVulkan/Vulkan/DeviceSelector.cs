using System.Globalization;

namespace NarVulkan.Vulkan;

/// <summary>The rule of <c>--device</c>.</summary>
internal static class DeviceSelector
{
    /// <summary>
    /// <c>auto</c> takes the best kind (discrete, integrated, virtual, software), the first in the list among equals;
    /// a number takes that index; anything else the best device whose name contains it, case ignored.
    /// A number that is no index is tried as part of a name (<c>--device 4090</c>).
    /// </summary>
    /// <exception cref="DeviceException">Nothing fits, or the device that was asked for cannot be used.</exception>
    public static PhysicalDeviceSummary Select(IReadOnlyList<PhysicalDeviceSummary> devices, string selector)
    {
        if (devices.Count == 0)
        {
            throw new DeviceException(NoDriver.Message);
        }

        var wanted = selector.Trim();
        if (wanted.Length == 0 || wanted.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            return Best(devices) ?? throw new DeviceException(
                $"no Vulkan device can be used: {string.Join("; ", devices.Select(d => $"{d.Name}: {d.Unsuitable}"))}");
        }

        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < devices.Count)
        {
            return Usable(devices[index]);
        }

        var matches = devices.Where(d => d.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        if (matches.Count == 0)
        {
            throw new DeviceException(
                $"no Vulkan device '{wanted}'; a device is named by auto, its index or a part of its name: {string.Join(", ", devices.Select(d => $"{d.Index} = {d.Name}"))}");
        }

        return Best(matches) ?? Usable(matches[0]);
    }

    private static PhysicalDeviceSummary? Best(IReadOnlyList<PhysicalDeviceSummary> devices) =>
        devices.Where(d => d.Unsuitable is null).OrderBy(d => d.Kind).ThenBy(d => d.Index).FirstOrDefault();

    private static PhysicalDeviceSummary Usable(PhysicalDeviceSummary device) => device.Unsuitable is null
        ? device
        : throw new DeviceException($"device {device.Index} ({device.Name}) cannot be used: {device.Unsuitable}");
}
