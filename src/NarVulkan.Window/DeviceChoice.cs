using System.Globalization;
using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>A physical device as a candidate for a window, and the rule of <c>--device</c> among candidates.</summary>
/// <param name="Index">Place in the loader's list.</param>
/// <param name="Handle">The device.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Lacks">Why the library cannot use it, in words; null where it can.</param>
/// <param name="Type">Kind of hardware.</param>
/// <param name="QueueFamily">A family that computes, draws and presents to the window; null where there is none.</param>
internal sealed record DeviceChoice(int Index, PhysicalDevice Handle, string Name, string? Lacks, PhysicalDeviceType Type, uint? QueueFamily)
{
    private string? WhyNot => Lacks ?? (QueueFamily is null ? "it cannot present to this window" : null);

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
        if (devices.Count == 0)
        {
            throw new DeviceException("there is no Vulkan device: install a driver, e.g. `apt-get install mesa-vulkan-drivers` for the software driver");
        }
        string wanted = selector.Trim();
        if (wanted.Length == 0 || wanted.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            return Best(devices) ?? throw new DeviceException(
                $"no Vulkan device can show a window: {string.Join("; ", devices.Select(device => $"{device.Name}: {device.WhyNot}"))}");
        }
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < devices.Count)
        {
            return Usable(devices, devices[index]);
        }
        List<DeviceChoice> matches = [.. devices.Where(device => device.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase))];
        if (matches.Count == 0)
        {
            throw new DeviceException(
                $"no Vulkan device '{wanted}'; --device takes auto, an index or a part of a name: {string.Join(", ", devices.Select(device => $"{device.Index} = {device.Name}"))}");
        }
        return Best(matches) ?? Usable(devices, matches[0]);
    }

    private static DeviceChoice? Best(IReadOnlyList<DeviceChoice> devices) =>
        devices.Where(device => device.WhyNot is null).OrderBy(device => device.Rank).ThenBy(device => device.Index).FirstOrDefault();

    private static DeviceChoice Usable(IReadOnlyList<DeviceChoice> devices, DeviceChoice device)
    {
        if (device.WhyNot is not { } problem)
        {
            return device;
        }
        string[] others = [.. devices.Where(other => other.WhyNot is null).Select(other => $"{other.Index} = {other.Name}")];
        throw new DeviceException(
            $"device {device.Index} ({device.Name}) cannot show a window: {problem}; {(others.Length > 0 ? $"--device takes one that can: {string.Join(", ", others)}" : "no other can either")}");
    }
}
