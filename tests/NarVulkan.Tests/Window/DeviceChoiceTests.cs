using NarVulkan.Windowing;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Window;

/// <summary>Which device a window takes, where some cannot present.</summary>
public sealed class DeviceChoiceTests
{
    private static readonly DeviceChoice[] Devices =
    [
        Device(0, "Accelerator 9000", PhysicalDeviceType.DiscreteGpu, presents: false),
        Device(1, "Software Renderer", PhysicalDeviceType.Cpu),
        Device(2, "Integrated Graphics", PhysicalDeviceType.IntegratedGpu),
        Device(3, "Old Graphics", PhysicalDeviceType.DiscreteGpu, lacks: "it has no timeline semaphores"),
    ];

    [Theory]
    [InlineData("auto", 2)]
    [InlineData("", 2)]
    [InlineData("1", 1)]
    [InlineData("software", 1)]
    [InlineData("GRAPHICS", 2)]
    public void Select_AutoIndexOrName_IsTheBestThatCanPresent(string selector, int expected) => Assert.Equal(expected, DeviceChoice.Select(Devices, selector).Index);

    [Theory]
    [InlineData("0", "device 0 (Accelerator 9000) cannot show a window: it cannot present to this window")]
    [InlineData("accelerator", "device 0 (Accelerator 9000) cannot show a window: it cannot present to this window")]
    [InlineData("3", "device 3 (Old Graphics) cannot show a window: it has no timeline semaphores")]
    [InlineData("voodoo", "no Vulkan device 'voodoo'")]
    [InlineData("7", "no Vulkan device '7'")]
    public void Select_DeviceThatCannotShowAWindow_SaysSoAndWhichCan(string selector, string problem)
    {
        string message = Assert.Throws<DeviceException>(() => DeviceChoice.Select(Devices, selector)).Message;

        Assert.StartsWith(problem, message, StringComparison.Ordinal);
        Assert.Contains("1 = Software Renderer", message, StringComparison.Ordinal);
        Assert.Contains("2 = Integrated Graphics", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_NoDeviceThatPresents_TellsOfEach() => Assert.Equal(
        "no Vulkan device can show a window: Accelerator 9000: it cannot present to this window; Old Graphics: it has no timeline semaphores",
        Assert.Throws<DeviceException>(() => DeviceChoice.Select([Devices[0], Devices[3]], "auto")).Message);

    [Theory]
    [InlineData("auto")]
    [InlineData("0")]
    public void Select_NoDevices_SaysWhatToInstall(string selector) =>
        Assert.Contains("there is no Vulkan device: install a driver", Assert.Throws<DeviceException>(() => DeviceChoice.Select([], selector)).Message, StringComparison.Ordinal);

    private static DeviceChoice Device(int index, string name, PhysicalDeviceType type, bool presents = true, string? lacks = null) =>
        new(index, default, name, lacks, type, presents ? 0u : null);
}
