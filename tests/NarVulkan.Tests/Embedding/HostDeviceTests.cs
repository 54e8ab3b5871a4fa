using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>What a host is told and what it is refused; that its device outlives the context as it was.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class HostDeviceTests(EmbeddingFixture fixture)
{
    [SkippableFact]
    public void Create_OnADeviceWithOnlyWhatWasAskedFor_LeavesTheHostsObjectsUntouched()
    {
        using var host = new HostDevice();
        using (var context = host.CreateContext())
        {
            using var model = NarModel.CreateRandom(context, new NarRandomModel { Architecture = "nar-c2i", Width = 32, Blocks = 1, Heads = 2, Grid = [3, 5], Vocabulary = 64, Classes = 3 });
            using var session = model.CreateSession();
            session.Begin(new NarGenerationRequest { Classes = [1], Sampling = new NarSampling(), DecodeFrames = false });
            NarRecording recording = default;
            host.Frame(commands => recording = session.RecordStep(commands, NarBudget.Unlimited));
            session.Signal(recording);
            Assert.DoesNotContain(-1, session.ReadTokens());
            Assert.Equal(host.Family, context.QueueFamily);
        }

        // The host goes on with its queue; its Dispose asks the validation layer what is left on the device.
        host.Frame(_ => { });
    }

    [SkippableFact]
    public void Dispose_OfTheContextAlone_EndsWhatWasMadeInIt()
    {
        using var host = new HostDevice();
        var context = host.CreateContext();
        var model = NarModel.Load(context, TestPaths.Fixture("../../weights/demo-image"), new NarLoadOptions { Generator = false });
        Assert.Throws<InvalidRequestException>(model.CreateSession);
        var generator = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v"));
        var session = generator.CreateSession();
        session.Begin(new NarGenerationRequest { Classes = [1], Sampling = new NarSampling(), DecodeFrames = false });

        context.Dispose();
        context.Dispose();

        session.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(generator.CreateSession);
    }

    [SkippableFact]
    public void Create_WithoutWhatIsRequired_SaysWhatToEnable()
    {
        var host = fixture.Host;

        var refused = Assert.Throws<DeviceException>(() => host.CreateContext(new NarHostOptions { Enabled = NarDeviceFeatures.None }));
        var noFamily = Assert.Throws<DeviceException>(() => NarContext.Create(host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, 77, host.QueueLock));

        Assert.Contains("timelineSemaphore", refused.Message, StringComparison.Ordinal);
        Assert.Contains("queue family 77", noFamily.Message, StringComparison.Ordinal);
        Assert.False(host.Requirements.CanUse(77));
        Assert.True(host.Requirements.CanUse(host.Family));
    }

    [SkippableFact]
    public void SelectDevice_ByTheRulesOfTheCommandLine_ChoosesWhatEnumerateDevicesLists()
    {
        var host = fixture.Host;
        var all = NarContext.EnumerateDevices();
        var first = all.First(device => device.Usable);
        var handles = VulkanInstance.PhysicalDevices(host.Vk, host.Instance);

        Assert.Equal(handles[first.Index], NarContext.SelectDevice(host.Vk, host.Instance, first.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        // Of several of the same name the best is taken.
        var named = NarContext.QueryRequirements(host.Vk, host.Instance, NarContext.SelectDevice(host.Vk, host.Instance, first.Name.ToUpperInvariant()));
        Assert.Equal((first.Name, first.Kind, first.Driver), (named.DeviceName, named.DeviceKind, named.Driver));
        string[] kinds = ["discrete", "integrated", "virtual", "software", "other"];
        var best = NarContext.QueryRequirements(host.Vk, host.Instance, NarContext.SelectDevice(host.Vk, host.Instance));
        Assert.Equal(all.Where(device => device.Usable).Min(device => Array.IndexOf(kinds, device.Kind)), Array.IndexOf(kinds, best.DeviceKind));
        var none = Assert.Throws<DeviceException>(() => NarContext.SelectDevice(host.Vk, host.Instance, "no such device"));
        Assert.All(all, device => Assert.Contains(device.Name, none.Message, StringComparison.Ordinal));
        using var standAlone = NarContext.Create(new NarContextOptions { Device = first.Name, Validation = false });
        Assert.Equal((first.Index, first.Name, first.Kind), (standAlone.Device.Index, standAlone.Device.Name, standAlone.Device.Kind));
    }

    [SkippableFact]
    public void Create_WithMatricesThatTheDeviceLacks_SaysSo()
    {
        var host = fixture.Host;
        Skip.If(PhysicalDeviceFacts.Read(host.Vk, host.Instance, host.Physical).CooperativeMatrix is not null, "the device has cooperative matrices");

        var refused = Assert.Throws<DeviceException>(() => host.CreateContext(new NarHostOptions { Enabled = NarDeviceFeatures.TimelineSemaphore | NarDeviceFeatures.CooperativeMatrix }));

        Assert.Contains("cooperative matrices", refused.Message, StringComparison.Ordinal);
        Assert.Empty(host.Requirements.OptionalDeviceExtensions);
    }

    [SkippableFact]
    public void Enable_InTheHostsOwnStructures_AddsOnlyWhatIsNeeded()
    {
        var requirements = fixture.Host.Requirements;
        var features11 = new PhysicalDeviceVulkan11Features { Multiview = true };
        var features12 = new PhysicalDeviceVulkan12Features { DescriptorIndexing = true };

        requirements.Enable(ref features11, ref features12);

        Assert.True(features12.TimelineSemaphore && features12.DescriptorIndexing && features11.Multiview);
        Assert.False(features11.StorageBuffer16BitAccess || features12.ShaderFloat16);
        requirements.Enable(ref features11, ref features12, NarDeviceFeatures.CooperativeMatrix);
        Assert.True(features11.StorageBuffer16BitAccess && features12.ShaderFloat16 && features12.VulkanMemoryModel && features12.VulkanMemoryModelDeviceScope);
    }

    [SkippableFact]
    public unsafe void CreateFeatureChain_WithEverything_ChainsEachStructureOnce()
    {
        using var chain = fixture.Host.Requirements.CreateFeatureChain(NarDeviceFeatures.TimelineSemaphore | NarDeviceFeatures.CooperativeMatrix);
        var types = new List<StructureType>();
        for (var next = (PhysicalDeviceVulkan12Features*)chain.First; next is not null; next = (PhysicalDeviceVulkan12Features*)next->PNext)
        {
            types.Add(next->SType);
        }

        Assert.Equal(
            [
                StructureType.PhysicalDeviceVulkan12Features, StructureType.PhysicalDeviceVulkan11Features,
                StructureType.PhysicalDeviceSubgroupSizeControlFeatures, StructureType.PhysicalDeviceCooperativeMatrixFeaturesKhr,
            ],
            types);
        chain.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = chain.First; });
    }
}
