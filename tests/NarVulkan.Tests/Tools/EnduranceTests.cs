using System.Diagnostics;
using NarVulkan.Endurance;
using NarVulkan.Tests.Cli;
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
    public void Soak_SameRequestsAgainAndAgain_UseTheSameDeviceMemory()
    {
        fixture.SkipIfSlow("lavapipe shows it");
        using var context = NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null });
        using var model = NarModel.Load(context, TestPaths.Fixture(Model));
        const int Distinct = 7, Generations = 3 * Distinct + 1;
        int seen = 0;

        var rows = SoakRun.Run(context, model, Generations, seed: 1, _ => seen++, CancellationToken.None, Distinct);

        Assert.Equal((Generations, Generations), (seen, rows.Count));
        // What the process itself holds is the whole test run's; the device is this test's alone. The first round fills what is kept.
        long[] memory = [.. rows.Select(row => row.DeviceBytes)];
        Assert.Equal(memory[Distinct..(2 * Distinct)], memory[(2 * Distinct)..(3 * Distinct)]);
        Assert.DoesNotContain(0, memory);
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
    }

    // A process of its own: what this one holds is the whole test run's. A leaked command pool, descriptor pool or KV cache has 64 KiB or more in these
    // drivers: 980 of them are 61 MiB. What the runtime, its compiler and its collector take meanwhile, 20 MiB on some machines, they take at the beginning.
    [SkippableFact]
    public async Task Cycles_ManyModelsAndSessions_LeaveTheProcessAsItWas()
    {
        fixture.SkipIfSlow("lavapipe shows it");
        fixture.RequireContext();
        string tool = Path.Combine(AppContext.BaseDirectory, "Endurance.dll");
        using var run = Process.Start(new ProcessStartInfo(NarvkProcess.DotNet, [tool, "cycles", "--generations", "1000", "--growth", "20"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The layer keeps records of its own.
            Environment = { ["NARVK_VALIDATION"] = "0" },
        })!;
        var errors = run.StandardError.ReadToEndAsync();
        string said = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, said + await errors);
        Assert.Contains("1000 cycles", said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Determinism_ShortRunOfTwoThreadsUnderLoad_FindsNoDifference(bool sessions)
    {
        fixture.SkipIfSlow("lavapipe shows it");
        int seen = 0;
        var differences = DeterminismRun.Run(
            () => NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null }), TestPaths.Fixture(Model),
            generations: 16, threads: 2, sessions, load: 1, seed: 1, _ => Interlocked.Increment(ref seen), CancellationToken.None);
        Assert.Empty(differences);
        Assert.Equal(16, seen);
    }

    [Fact]
    public void Determinism_DeviceThatCannotBeOpened_IsADifference() =>
        Assert.Contains("no such device", Assert.Single(DeterminismRun.Run(() => throw new DeviceException("no such device"), "", 4, 1, false, 0, 1, _ => { }, CancellationToken.None)), StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compare_LogitsThatWereMoved_FindsTheFirstTokenThatFollowsAndItsMargin(bool greedy)
    {
        fixture.RequireContext();
        var model = fixture.Model(Model);
        var sampling = new NarSampling { Greedy = greedy };
        using var folder = new Checkpoints.TemporaryFolder();
        string a = folder.File("a"), b = folder.File("b");
        Agreement.Write(model, sampling, seed: 5, a, CancellationToken.None);
        Agreement.Write(model, sampling, seed: 5, b, CancellationToken.None);
        var schedule = model.Generator!.Weights.Schedule;
        Assert.All(Agreement.Compare(schedule, sampling, 5, a, b), sample => Assert.Equal(((int?)null, sample.Count, true), (sample.FirstDifference, sample.Equal, sample.IsExplained)));

        // Another driver, which takes another token at the third place that a sample draws, of a class whose random stream is not the first one:
        // first without a reason, then by its logits.
        const int At = 2, Sample = 3;
        int row = (Sample * model.Info.TokenCount) + At, place = (Sample * model.Info.TokenCount) + schedule.OrderOfGeneration[At];
        var (tokens, logits) = (NarVulkan.Checkpoints.NpyFile.Read(Path.Combine(b, "tokens.npy")), NarVulkan.Checkpoints.NpyFile.Read(Path.Combine(b, "logits.npy")));
        var (values, rows) = (tokens.ToInts(), logits.ToFloats());
        int before = values[place], after = (before + 1) % model.Info.Vocabulary;
        values[place] = after;
        NarVulkan.Checkpoints.NpyFile.Write(Path.Combine(b, "tokens.npy"), [.. tokens.Shape], values);
        var unexplained = Agreement.Compare(schedule, sampling, 5, a, b)[Sample];
        Assert.Equal((At, before, after, false), (unexplained.FirstDifference!.Value, unexplained.Token, unexplained.Other, unexplained.IsExplained));

        rows[(row * model.Info.Vocabulary) + after] += 100;
        NarVulkan.Checkpoints.NpyFile.Write(Path.Combine(b, "logits.npy"), [.. logits.Shape], rows);
        var moved = Agreement.Compare(schedule, sampling, 5, a, b)[Sample];
        Assert.Equal(100, moved.Rounding, 1e-3);
        Assert.InRange(moved.Margin, 0, 100);
        // A hundred is no rounding.
        Assert.False(moved.IsExplained);
        Assert.Contains("NOT EXPLAINED", moved.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0, false, true)]
    [InlineData(1, 0, 0, 0, 0, false, false)]
    [InlineData(0, 16 << 10, 0, 0, 0, false, false)]
    [InlineData(0, 0, 0.1, 0, 0, false, false)]
    [InlineData(0, 0, 0, 0.1, 0, false, false)]
    [InlineData(0, 0, 0, 0, 0.001, false, false)]
    [InlineData(0, 16 << 10, 0, 0, 0, true, true)]
    [InlineData(1, 0, 0, 0, 0, true, false)]
    [InlineData(0, 0, 0.1, 0, 0, true, false)]
    public void Verdict_GrowthFromGenerationToGeneration_IsSeen(long device, long resident, double handles, double threads, double seconds, bool withRecords, bool expected)
    {
        SoakRow[] rows = [.. Enumerable.Range(0, 2000).Select(i => new SoakRow(
            i, 2, 1, 1 + i * seconds, 1000 + i * device, new ProcessMemory((100 << 20) + i * resident + i % 7 * 100_000, 0, 20 + (int)(i * handles), 9 + (int)(i * threads))))];
        Assert.Equal(expected, SoakVerdict.Of(rows, withRecords).IsFlat);
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
