using NarVulkan.Endurance;
using NarVulkan.Tests.Models;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Tools;

/// <summary>The short form of the long runs (<c>tools/Endurance</c>), and proof that their verdicts can fail.</summary>
[Collection(ModelCollection.Name)]
public sealed class EnduranceTests(ModelFixture fixture)
{
    private const string Model = "golden/nar-c2v";

    [SkippableFact]
    public void Soak_ShortRun_UsesNoMoreDeviceMemoryAtItsEnd()
    {
        fixture.SkipIfSlow("lavapipe shows it");
        using var context = NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null });
        using var model = NarModel.Load(context, TestPaths.Fixture(Model));
        int seen = 0;

        var rows = SoakRun.Run(context, model, generations: 40, seed: 1, _ => seen++, CancellationToken.None);

        Assert.Equal((40, 40), (seen, rows.Count));
        // What the process itself holds is the whole test run's; the device is this test's alone.
        var half = rows.Take(20).Max(row => row.DeviceBytes);
        Assert.InRange(rows.Skip(20).Max(row => row.DeviceBytes), 1, half);
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
    }

    [SkippableFact]
    public void Determinism_ShortRunOfTwoThreadsUnderLoad_FindsNoDifference()
    {
        fixture.SkipIfSlow("lavapipe shows it");
        int seen = 0;
        var differences = DeterminismRun.Run(
            () => NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null }), TestPaths.Fixture(Model),
            generations: 24, threads: 2, load: 1, seed: 1, _ => Interlocked.Increment(ref seen), CancellationToken.None);
        Assert.Empty(differences);
        Assert.Equal(24, seen);
    }

    [Fact]
    public void Determinism_DeviceThatCannotBeOpened_IsADifference() =>
        Assert.Contains("no such device", Assert.Single(DeterminismRun.Run(() => throw new DeviceException("no such device"), "", 4, 1, 0, 1, _ => { }, CancellationToken.None)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(1, 0, 0, false)]
    [InlineData(0, 1 << 20, 0, false)]
    [InlineData(0, 0, 1, false)]
    public void Verdict_GrowthFromGenerationToGeneration_IsSeen(long device, long resident, int handles, bool expected)
    {
        SoakRow[] rows = [.. Enumerable.Range(0, 200).Select(i => new SoakRow(
            i, 2, 1, 1000 + i * device, new ProcessMemory((100 << 20) + i * resident + i % 7 * 100_000, 0, 20 + i * handles, 9)))];
        Assert.Equal(expected, SoakVerdict.Of(rows).IsFlat);
    }

    [SkippableFact]
    public void Requests_SameNumber_AreTheSameAndDifferFromOthers()
    {
        fixture.RequireContext();
        var info = fixture.Model(Model).Info;
        Assert.Equal(new Requests(info, 3)[5].Seed, new Requests(info, 3)[5].Seed);
        Assert.Equal(20, Enumerable.Range(0, 20).Select(i => new Requests(info, 3)[i].Seed).Distinct().Count());
    }
}
