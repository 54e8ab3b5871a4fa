using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Vulkan;

/// <summary>
/// The driver that a run of the tests is meant for. NARVK_TEST_DRIVER is a part of the device's name or of its driver's, both as <c>narvk devices</c>
/// shows them ("SwiftShader", "llvmpipe (Mesa 25.0"): on any other, or none, the tests then fail, where they would pass on the wrong one or skip.
/// </summary>
internal static class ExpectedDriver
{
    private const string Variable = "NARVK_TEST_DRIVER";

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    /// <summary>Whether tests that need a device may be skipped because there is no driver.</summary>
    public static bool MayBeAbsent(DeviceException failure) => MayBeAbsent(Named, failure);

    /// <param name="named">What the run is meant for; null: whatever there is.</param>
    /// <param name="failure">Why no device was opened.</param>
    public static bool MayBeAbsent(string? named, DeviceException failure) =>
        named is null && failure.Message.Contains("no Vulkan driver", StringComparison.Ordinal);

    /// <exception cref="InvalidOperationException">The tests run on another driver than they are meant for.</exception>
    public static void Require(DeviceProfile profile) => Require(profile.Name, DeviceDescription.Driver(profile.DriverName, profile.DriverInfo));

    /// <inheritdoc cref="Require(DeviceProfile)"/>
    public static void Require(string device, string driver)
    {
        if (Problem(Named, device, driver) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    /// <summary>What is wrong with a device, or null.</summary>
    /// <param name="named">What the run is meant for; null: whatever there is.</param>
    /// <param name="device">The device's own name.</param>
    /// <param name="driver">The driver's name and, in parentheses, its version text.</param>
    public static string? Problem(string? named, string device, string driver) =>
        named is null || device.Contains(named, StringComparison.Ordinal) || driver.Contains(named, StringComparison.Ordinal)
            ? null
            : $"{Variable} asks for '{named}', and the tests would run on '{device}' with the driver '{driver}'";
}
