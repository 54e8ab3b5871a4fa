using NarVulkan.Kernels;
using NarVulkan.Tests.Kernels;
using NarVulkan.Tests.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// The least that a device may offer is enough. <see cref="Models.LoweredLimitsTests"/> lowers what the product thinks; this lowers what the
/// driver says, and fails calls that go beyond. The whole suite runs under it with NARVK_TEST_LIMITS=1 (<c>test.sh --matrix</c>).
/// </summary>
[Collection(VulkanCollection.Name)]
public sealed class LimitedVulkanTests(VulkanFixture fixture)
{
    private static DeviceOptions Limited => VulkanFixture.Options() with { ShaderDirectory = null, LoadApi = LimitedVulkan.Load };

    [SkippableFact]
    public void Profile_OfALimitedDevice_HasTheLeastThatOneMayOffer()
    {
        using var device = fixture.Open(Limited);
        var profile = device.Profile;
        Assert.Equal(DeviceLimits.WorkgroupInvocations, profile.MaxWorkgroupInvocations);
        Assert.Equal(DeviceLimits.SharedMemory, profile.MaxSharedMemoryBytes);
        Assert.Equal(DeviceLimits.PushConstants, profile.MaxPushConstantBytes);
        Assert.Equal(DeviceLimits.StorageBufferRange, (uint)profile.MaxStorageBufferRange);
        Assert.Equal(DeviceLimits.TexelBufferElements, profile.MaxTexelBufferElements);
        Assert.Equal(DeviceLimits.OffsetAlignment, profile.StorageBufferOffsetAlignment);
        Assert.Equal(DeviceLimits.AllocationCount, profile.MaxMemoryAllocationCount);
        Assert.Equal(DeviceLimits.AllocationSize, profile.MaxAllocationSize);
        Assert.Equal(DeviceLimits.StorageBuffers, profile.MaxStorageBuffersPerShader);
        Assert.Equal(0u, profile.TimestampValidBits);
        Assert.False(profile.SubgroupShuffle || profile.Float16 || profile.Storage16 || profile.ShufflesEightLanes);
        Assert.Null(profile.CooperativeMatrix);
        Assert.False(profile.IntegerDotProducts || profile.AcceleratedIntegerDotProducts);
    }

    [Fact]
    public void StorageBuffers_OfTheShaderThatBindsMost_AreTheLimit() => Assert.Equal(
        (int)DeviceLimits.StorageBuffers,
        KernelConventions.Descriptions().Max(shader => shader.Bindings.Count(binding => binding.Access != BindingAccess.UniformTexel)));

    [Theory]
    [InlineData(9, 9, null)]
    [InlineData(8, 200, "its shaders bind 8 storage buffers at most, 9 are needed")]
    [InlineData(200, 4, "its shaders bind 4 storage buffers at most, 9 are needed")]
    public void Device_OfTooFewStorageBuffers_CannotBeUsed(uint ofAStage, uint ofASet, string? problem) => Assert.Equal(
        problem, PhysicalDeviceFacts.TooFewStorageBuffers(new PhysicalDeviceLimits { MaxPerStageDescriptorStorageBuffers = ofAStage, MaxDescriptorSetStorageBuffers = ofASet }));

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void SelfTest_OnALimitedDevice_Passes(bool asGpu)
    {
        fixture.RequireDevice();
        using var context = NarContext.Create(Limited with { TreatAsDiscrete = asGpu });
        Assert.All(context.SelfTest(), test => Assert.True(test.Passed, $"{test.Name}: {test.Detail}"));
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_OnALimitedDevice_GivesTheGoldenTokens(bool asGpu)
    {
        Skip.If(fixture.RequireDevice().Profile.DriverName.StartsWith("SwiftShader", StringComparison.Ordinal), "SwiftShader: lavapipe shows it, and its own limits are small");
        using var context = NarContext.Create(Limited with { TreatAsDiscrete = asGpu });
        using (var model = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v")))
        {
            var result = model.Generate(new NarGenerationRequest { Classes = [0, 4], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f }, DecodeFrames = true });
            Assert.Equal(Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy").AsSpan(0, result.Tokens.Length).ToArray(), result.Tokens);
        }

        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
    }

    // The enforcement itself: without it these pass, and so would a kernel that takes more than it was offered.
    [SkippableFact]
    public void Pipeline_OfTooManyInvocations_IsRefused()
    {
        using var device = fixture.Open(Limited with { ShaderDirectory = TestPaths.Fixture("shaders") });
        Assert.NotEqual(0UL, device.Pipelines.Get(FixtureShaders.ScaleAdd, [128]).Handle.Handle);
        Assert.Throws<DeviceException>(() => device.Pipelines.Get(FixtureShaders.ScaleAdd, [256]));
    }

    [SkippableFact]
    public void Pipeline_ThatShuffles_IsRefused()
    {
        using var device = fixture.Open(Limited);
        var broadcast = MatmulKernel.Shader(WeightPrecision.Float32, MatmulPath.Broadcast);
        Assert.Throws<DeviceException>(() => device.Pipelines.Get(broadcast, [8, 8, 1, 4, 2]));
    }
}
