using System.Globalization;
using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>A physical device as a candidate for a window, and the rule of <c>--device</c> among candidates.</summary>
/// <param name="Index">Place in the loader's list.</param>
/// <param name="Handle">The device.</param>
/// <param name="Requirements">What the library needs of it.</param>
/// <param name="Type">Kind of hardware.</param>
/// <param name="QueueFamily">A family that computes, draws and presents to the window; null where there is none.</param>
internal sealed record DeviceChoice(int Index, PhysicalDevice Handle, NarDeviceRequirements Requirements, PhysicalDeviceType Type, uint? QueueFamily)
{
    private string? WhyNot => Requirements.WhyNot ?? (QueueFamily is null ? "it cannot present to this window" : null);

    // Discrete, integrated, virtual, software: as NarContext chooses.
    private int Rank => Type switch
    {
        PhysicalDeviceType.DiscreteGpu => 0,
        PhysicalDeviceType.IntegratedGpu => 1,
        PhysicalDeviceType.VirtualGpu => 2,
        PhysicalDeviceType.Cpu => 3,
        _ => 4,
    };

    /// <summary>The device that <paramref name="selector"/> names: <c>auto</c>, an index, or a part of a name.</summary>
    /// <exception cref="DeviceException">There is none, or it cannot be used.</exception>
    public static DeviceChoice Select(IReadOnlyList<DeviceChoice> devices, string selector)
    {
        string wanted = selector.Trim();
        if (wanted.Length == 0 || wanted.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            return Best(devices) ?? throw new DeviceException(
                $"no Vulkan device can show a window: {string.Join("; ", devices.Select(device => $"{device.Requirements.DeviceName}: {device.WhyNot}"))}");
        }
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < devices.Count)
        {
            return Usable(devices[index]);
        }
        List<DeviceChoice> matches = [.. devices.Where(device => device.Requirements.DeviceName.Contains(wanted, StringComparison.OrdinalIgnoreCase))];
        if (matches.Count == 0)
        {
            throw new DeviceException(
                $"no Vulkan device '{wanted}'; --device takes auto, an index or a part of a name: {string.Join(", ", devices.Select(device => $"{device.Index} = {device.Requirements.DeviceName}"))}");
        }
        return Best(matches) ?? Usable(matches[0]);
    }

    private static DeviceChoice? Best(IReadOnlyList<DeviceChoice> devices) =>
        devices.Where(device => device.WhyNot is null).OrderBy(device => device.Rank).ThenBy(device => device.Index).FirstOrDefault();

    private static DeviceChoice Usable(DeviceChoice device) => device.WhyNot is null
        ? device
        : throw new DeviceException($"device {device.Index} ({device.Requirements.DeviceName}) cannot show a window: {device.WhyNot}");
}
