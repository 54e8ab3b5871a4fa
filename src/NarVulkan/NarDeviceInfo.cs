namespace NarVulkan;

/// <summary>What a Vulkan device offers, in printable form.</summary>
/// <param name="Index">Position in the driver's list; selects the device by number.</param>
/// <param name="Name">The device's own name.</param>
/// <param name="Kind">discrete, integrated, virtual, software or other.</param>
/// <param name="Driver">Driver name and version.</param>
/// <param name="ApiVersion">Vulkan version that the device supports.</param>
/// <param name="Usable">Whether it has all that is required.</param>
/// <param name="WhyNot">What it lacks, in words, where it is not usable.</param>
/// <param name="Properties">Limits, features and the kernels that would be used.</param>
public sealed record NarDeviceInfo(
    int Index,
    string Name,
    string Kind,
    string Driver,
    string ApiVersion,
    bool Usable,
    string? WhyNot,
    IReadOnlyList<KeyValuePair<string, string>> Properties)
{
    /// <summary>What a usable device lacks and what follows from it, a sentence each.</summary>
    public IReadOnlyList<string> Shortcomings { get; init; } = [];
}
