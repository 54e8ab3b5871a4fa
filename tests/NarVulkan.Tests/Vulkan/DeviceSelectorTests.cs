using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class DeviceSelectorTests
{
    private static readonly PhysicalDeviceSummary[] Devices =
    [
        Device(0, "llvmpipe (LLVM 15.0.6, 256 bits)", DeviceKind.Software),
        Device(1, "Intel Iris Xe", DeviceKind.Integrated),
        Device(2, "NVIDIA GeForce RTX 4090", DeviceKind.Discrete),
        Device(3, "NVIDIA GeForce RTX 3060", DeviceKind.Discrete),
        Device(4, "AMD Radeon R9 200", DeviceKind.Discrete, "its driver knows Vulkan 1.0.3 only, 1.2 is needed"),
        Device(5, "Virtio-GPU Venus", DeviceKind.Virtual),
    ];

    [Theory]
    [InlineData("auto", 2)]
    [InlineData("AUTO", 2)]
    [InlineData("", 2)]
    [InlineData("0", 0)]
    [InlineData(" 3 ", 3)]
    [InlineData("llvmpipe", 0)]
    [InlineData("iris", 1)]
    [InlineData("geforce", 2)] // several fit: the first of the best kind
    [InlineData("3060", 3)] // no index, so a part of a name
    [InlineData("i", 2)] // nearly all fit: discrete before integrated
    public void Select_Selector_TakesTheDevice(string selector, int expected) =>
        Assert.Equal(expected, DeviceSelector.Select(Devices, selector).Index);

    [Fact]
    public void Select_AutoByKind_PrefersDiscreteIntegratedVirtualSoftware()
    {
        var left = Devices.ToList();
        var order = new List<int>();
        while (left.Exists(d => d.Unsuitable is null))
        {
            var chosen = DeviceSelector.Select(left, "auto");
            order.Add(chosen.Index);
            left.Remove(chosen);
        }

        Assert.Equal([2, 3, 1, 5, 0], order);
    }

    [Fact]
    public void Select_UnknownName_ListsWhatThereIs()
    {
        var refused = Assert.Throws<DeviceException>(() => DeviceSelector.Select(Devices, "matrox"));

        Assert.Contains("'matrox'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 = Intel Iris Xe", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("radeon")]
    public void Select_UnsuitableDevice_SaysWhy(string selector)
    {
        var refused = Assert.Throws<DeviceException>(() => DeviceSelector.Select(Devices, selector));

        Assert.Contains("Vulkan 1.0.3 only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_NoUsableDevice_SaysWhyForEach()
    {
        var refused = Assert.Throws<DeviceException>(() => DeviceSelector.Select([Devices[4]], "auto"));

        Assert.Contains("AMD Radeon R9 200: its driver knows", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_NoDevice_SaysSo()
    {
        var refused = Assert.Throws<DeviceException>(() => DeviceSelector.Select([], "auto"));

        Assert.Equal(NoDriver.Message, refused.Message);
    }

    private static PhysicalDeviceSummary Device(int index, string name, DeviceKind kind, string? unsuitable = null) =>
        new(index, name, kind, "driver", "1", "1.3.0", 1 << 30, unsuitable);
}
