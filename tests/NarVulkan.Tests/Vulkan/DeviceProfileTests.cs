using NarVulkan.Kernels;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

[Collection(VulkanCollection.Name)]
public sealed class DeviceProfileTests(VulkanFixture fixture)
{
    [Theory]
    [InlineData("Software", 134_217_728u, false, "Texel")] // llvmpipe
    [InlineData("Software", 65_536u, false, "Storage")] // SwiftShader
    [InlineData("Software", 134_217_728u, true, "Storage")]
    [InlineData("Discrete", uint.MaxValue, false, "Storage")]
    [InlineData("Integrated", 134_217_728u, false, "Storage")]
    public void ChooseLoadPath_ByKindAndLimit_TexelOnSoftwareWithLargeTexelBuffers(string kind, uint texels, bool force, string expected)
    {
        var options = new DeviceOptions { ForceStorageLoadPath = force };

        Assert.Equal(expected, DeviceProfileBuilder.ChooseLoadPath(Enum.Parse<DeviceKind>(kind), texels, options).ToString());
    }

    [SkippableTheory]
    [InlineData("Discrete", 2e11)]
    [InlineData("Integrated", 1e10)]
    [InlineData("Virtual", 1e10)]
    [InlineData("Other", 1e10)]
    public void WorkBudget_SlowDeviceOfItsKind_StaysUnderTheWatchdog(string kind, double multiplyAddsPerSecond)
    {
        var profile = fixture.RequireDevice().Profile with { Kind = Enum.Parse<DeviceKind>(kind) };

        // Windows resets a GPU that is busy for two seconds: half of that leaves room for what else it draws.
        Assert.InRange(profile.WorkBudget / multiplyAddsPerSecond, 0.1, 1);
    }

    [SkippableFact]
    public void Build_RealDevice_MeetsWhatVulkanGuarantees()
    {
        var profile = fixture.RequireDevice().Profile;

        Assert.NotEmpty(profile.Name);
        Assert.NotEmpty(profile.DriverName);
        // Required limits of the Vulkan specification, table "Required Limits".
        Assert.True(profile.MaxStorageBufferRange >= 1 << 27);
        Assert.True(profile.MaxAllocationSize >= 1 << 30);
        Assert.True(profile.MaxTexelBufferElements >= 65_536);
        Assert.True(profile.MaxWorkgroupInvocations >= 128);
        Assert.True(profile.MaxSharedMemoryBytes >= 16_384);
        Assert.True(profile.MaxPushConstantBytes >= 128);
        Assert.True(profile.MaxWorkgroupCountX >= 65_535);
        Assert.InRange(profile.StorageBufferOffsetAlignment, 4UL, 256UL);
        Assert.InRange(profile.SubgroupSize, 1u, 128u);
        Assert.InRange(profile.SubgroupSize, profile.MinSubgroupSize, profile.MaxSubgroupSize);
        Assert.True(profile.DeviceLocalBytes > 0);
    }

    [SkippableFact]
    public void Open_LoweredLimits_ShowInTheProfile()
    {
        using var device = fixture.Open(VulkanFixture.Options() with
        {
            MaxStorageBufferRange = 1000,
            MaxAllocationSize = 1 << 20,
            MaxTexelBufferElements = 100,
            ForceStorageLoadPath = true,
        });

        Assert.Equal(1000UL, device.Profile.MaxStorageBufferRange);
        Assert.Equal(1UL << 20, device.Profile.MaxAllocationSize);
        Assert.Equal(100u, device.Profile.MaxTexelBufferElements);
        Assert.Equal(LoadPath.Storage, device.Profile.WeightLoadPath);
    }

    [SkippableFact]
    public void Open_TreatAsDiscrete_TakesEveryChoiceOfADiscreteGpu()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { TreatAsDiscrete = true, RingSlotBytes = 64 << 10 });
        using var chain = new CountUpChain(device, links: 9, workBudget: null);

        Assert.Equal(DeviceKind.Discrete, device.Profile.Kind);
        Assert.False(device.Profile.IsSoftware);
        Assert.False(device.Profile.UnifiedMemory);
        Assert.Equal(LoadPath.Storage, device.Profile.WeightLoadPath);
        Assert.Equal(LoadPath.Storage, device.Profile.ActivationLoadPath);
        Assert.Same(MatmulTiling.Gpu, MatmulTiling.For(device.Profile));
        Assert.Equal(chain.Expected(runs: 1), chain.Run());
        Assert.True(device.Uploads.StagedBytes > 0);
    }
}
