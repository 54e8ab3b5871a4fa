using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>What does not fit in what is left is refused before it is begun; what fits in parts is done in parts.</summary>
[Collection(VulkanCollection.Name)]
public sealed class MemoryBudgetTests(VulkanFixture fixture)
{
    private const ulong Much = 1UL << 33;

    private static DeviceOptions Gpu(ulong budget, ulong usage) =>
        VulkanFixture.Options() with { ShaderDirectory = null, TreatAsDiscrete = true, LoadApi = BudgetVulkan.Loader(() => budget, () => usage), TuningBudget = TimeSpan.Zero };

    [SkippableFact]
    public void FreeBytes_OfADriverThatTells_IsTheBudgetWithoutTheUsage()
    {
        using var device = fixture.Open(Gpu(budget: 5000, usage: 2000));
        Assert.True(device.Profile.HasMemoryBudget);
        Assert.Equal(3000UL, device.Memory.FreeBytes);
        using (device.CreateBuffer("data", 1 << 20, BufferUse.Storage))
        {
            // The rest of the block that it lies in is ours already.
            Assert.InRange(device.Memory.FreeBytes, 3000UL, 3000UL + device.Allocator.AllocatedBytes - (1 << 20));
        }
    }

    [SkippableFact]
    public void FreeBytes_MoreInUseThanTheBudget_IsNothing()
    {
        using var device = fixture.Open(Gpu(budget: 1000, usage: 2000));
        Assert.Equal(0UL, device.Memory.FreeBytes);
    }

    [SkippableFact]
    public void FreeBytes_BudgetOfNothing_IsTakenForNone()
    {
        using var device = fixture.Open(Gpu(budget: 0, usage: 0));
        Assert.Equal(device.Profile.DeviceLocalBytes - device.Allocator.UsedBytes, device.Memory.FreeBytes);
    }

    [SkippableFact]
    public void FreeBytes_OfADriverThatDoesNotTell_IsWhatTheHeapHasLeft()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { TreatAsDiscrete = true, LoadApi = LimitedVulkan.Load });
        Assert.False(device.Profile.HasMemoryBudget);
        using var buffer = device.CreateBuffer("data", 1 << 20, BufferUse.Storage);
        Assert.Equal(device.Profile.DeviceLocalBytes - device.Allocator.UsedBytes, device.Memory.FreeBytes);
    }

    [SkippableFact]
    public void FreeBytes_OfASoftwareDriver_IsSomeOfTheMachines()
    {
        using var device = fixture.Open(VulkanFixture.Options() with { Validation = false });
        Skip.IfNot(device.Profile.IsSoftware, "this device has memory of its own");
        Assert.InRange(device.Memory.FreeBytes, 1UL, (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    [SkippableFact]
    public void Load_LargerThanTheBudget_IsRefusedWithAnEstimate()
    {
        fixture.RequireDevice();
        using var context = NarContext.Create(Gpu(budget: 100_000, usage: 0));
        var error = Assert.Throws<DeviceMemoryException>(() => NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v")));
        Assert.Matches(@"epoch-last\.pth has [0-9.]+ MiB of Float32 weights, .* of which 0\.1 MiB are left", error.Message);
        Assert.Equal(0UL, context.Vulkan.Allocator.UsedBytes);
    }

    [SkippableFact]
    public void Generate_LittleLeft_MakesSmallerBatchesAndThenNone()
    {
        fixture.RequireDevice();
        // The loader is asked once; what it says of the budget changes behind it, as when other programs take memory.
        ulong budget = Much;
        using var context = NarContext.Create(Gpu(0, 0) with { LoadApi = BudgetVulkan.Loader(() => budget, () => 0) });
        using var model = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v"));
        var engine = model.Generator!;
        var request = new NarGenerationRequest { Classes = [0], Sampling = new NarSampling() };
        var guidance = GuidedSteps.For(engine.Weights.Schedule, 1f, -1);
        var one = new GenerationSizes(engine.Weights, new PlanKey(1, guidance, false)).Total;
        int most = engine.BatchSize(1000, request, guidance);

        // Blocks that are allocated and not used count as free, too.
        ulong spare = context.Vulkan.Memory.FreeBytes - budget;
        budget = 10 * one - Math.Min(10 * one, spare);
        int few = engine.BatchSize(1000, request, guidance);
        Assert.InRange(few, 1, (int)Math.Max(1, Math.Max(spare, 10 * one) / one / 2));
        Assert.InRange(few, 1, most);

        Assert.Throws<DeviceMemoryException>(() => MemoryCheck.Sample(context.Vulkan, one, one - 1));
        MemoryCheck.Sample(context.Vulkan, one, one);
    }
}
