using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

[Collection(VulkanCollection.Name)]
public sealed class VulkanDeviceTests(VulkanFixture fixture)
{
    [SkippableFact]
    public void Survey_WithADriver_ListsTheOpenedDevice()
    {
        var device = fixture.RequireDevice();

        var devices = VulkanDevice.Survey();

        Assert.Equal(Enumerable.Range(0, devices.Count), devices.Select(d => d.Summary.Index));
        Assert.Contains(devices, d => d.Profile?.Name == device.Profile.Name && d.Summary.Unsuitable is null && d.Summary.DeviceLocalBytes > 0);
    }

    [SkippableFact]
    public void Open_NoDriver_SaysSo()
    {
        fixture.RequireDevice();
        using var environment = new NativeEnvironment(
            ("VK_ICD_FILENAMES", "/nonexistent/icd.json"), ("VK_DRIVER_FILES", "/nonexistent/icd.json"));

        var refused = Assert.Throws<DeviceException>(() => VulkanDevice.Open(VulkanFixture.Options() with { Validation = false }));

        Assert.Contains("no Vulkan driver", refused.Message, StringComparison.Ordinal);
        // .NET has its own copy of the environment: what is said depends on what these tests were started with.
        Assert.Equal(NoDriver.Message, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [SkippableFact]
    public void Open_ValidationWithoutLayer_SaysWhatToInstall()
    {
        fixture.RequireDevice();
        using var environment = new NativeEnvironment(("VK_LAYER_PATH", "/nonexistent"));

        var refused = Assert.Throws<DeviceException>(() => VulkanDevice.Open(VulkanFixture.Options() with { Validation = true }));

        Assert.Contains("vulkan-validationlayers", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_UnknownDevice_ListsWhatThereIs()
    {
        var device = fixture.RequireDevice();

        var refused = Assert.Throws<DeviceException>(() => VulkanDevice.Open(VulkanFixture.Options() with { Selector = "no such device" }));

        Assert.Contains("no such device", refused.Message, StringComparison.Ordinal);
        Assert.Contains(device.Profile.Name, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public unsafe void Borrow_AHostsDevice_WorksAndLeavesItAlive()
    {
        using var host = fixture.Open(VulkanFixture.Options());
        Queue queue;
        host.Api.GetDeviceQueue(host.Handle, host.QueueFamily, 0, &queue);
        using (var guest = VulkanDevice.Borrow(
            host.Api, host.Instance, host.PhysicalDevice, host.Handle, queue, host.QueueFamily, host.Queue.QueueLock, VulkanFixture.Options()))
        using (var chain = new CountUpChain(guest, links: 9, workBudget: 2))
        {
            Assert.Equal(chain.Expected(runs: 1), chain.Run());
            Assert.Same(host.Queue.QueueLock, guest.Queue.QueueLock);
        }

        using var after = new CountUpChain(host, links: 9, workBudget: 2);
        Assert.Equal(after.Expected(runs: 1), after.Run());
    }

    [SkippableFact]
    public unsafe void Validation_AMistake_IsCounted()
    {
        using (var device = OpenWithValidation())
        {
            Assert.Equal(0, device.ValidationMessageCount);
            // A buffer without any usage is against the rules (VUID-VkBufferCreateInfo-usage-requiredbitmask).
            var info = new BufferCreateInfo { SType = StructureType.BufferCreateInfo, Size = 64 };
            Silk.NET.Vulkan.Buffer buffer;
            if (device.Api.CreateBuffer(device.Handle, &info, null, &buffer) == Result.Success)
            {
                device.Api.DestroyBuffer(device.Handle, buffer, null);
            }

            Assert.True(device.ValidationMessageCount > 0);
            Assert.Contains(device.Validation!.First, m => m.Contains("usage", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public unsafe void Validation_AMissingBarrier_IsSeenBySynchronisationValidation()
    {
        using (var device = OpenWithValidation())
        using (var x = device.CreateBuffer("x", 64, BufferUse.Storage))
        using (var pool = new CommandBufferPool(device, "hazard"))
        {
            var commands = pool.Take("hazard");
            pool.Begin(commands, once: true);
            device.Api.CmdFillBuffer(commands, x.Handle, 0, 64, 1);
            device.Api.CmdFillBuffer(commands, x.Handle, 0, 64, 2);
            pool.End(commands);

            Assert.Contains(device.Validation!.First, m => m.Contains("WRITE_AFTER_WRITE", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(Result.ErrorDeviceLost, typeof(DeviceLostException), "the device was lost during vkQueueSubmit")]
    [InlineData(Result.ErrorOutOfDeviceMemory, typeof(DeviceMemoryException), "out of device memory in vkQueueSubmit")]
    [InlineData(Result.ErrorOutOfHostMemory, typeof(DeviceMemoryException), "out of host memory in vkQueueSubmit")]
    [InlineData(Result.ErrorFragmentedPool, typeof(DeviceException), "vkQueueSubmit for 'step' failed with ErrorFragmentedPool")]
    public void ThrowOnError_Failure_HasItsOwnTypeAndWords(Result result, Type type, string expected)
    {
        var thrown = Assert.ThrowsAny<DeviceException>(() => result.ThrowOnError("vkQueueSubmit", "step"));

        Assert.IsType(type, thrown);
        Assert.StartsWith(expected, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("'step'", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Result.Success)]
    [InlineData(Result.Timeout)]
    [InlineData(Result.Incomplete)]
    public void ThrowOnError_SuccessAndStatusCodes_PassThrough(Result result) =>
        Assert.Equal(result, result.ThrowOnError("vkWaitSemaphores"));

    // These two provoke messages: they are kept out of the log and out of the count of the whole run.
    private VulkanDevice OpenWithValidation()
    {
        fixture.RequireDevice();
        try
        {
            return VulkanDevice.Open(VulkanFixture.Options() with { Validation = true, ValidationLog = TextWriter.Null });
        }
        catch (DeviceException e) when (e.Message.Contains("vulkan-validationlayers", StringComparison.Ordinal))
        {
            throw new SkipException(e.Message);
        }
    }
}
