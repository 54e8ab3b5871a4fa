using System.Globalization;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Checkpoints;
using NarVulkan.Tests.Cli;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;
using Xunit.Abstractions;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// Opens a device, loads a model, generates and decodes, with one Vulkan call failing: every call in turn, with every error that it may return.
/// Each run ends in the <see cref="DeviceException"/> that the error becomes, or in the right tokens where the call was one that only saves time; it
/// leaves no Vulkan object. What failed then works as if nothing had been: on the same device, or on a fresh one where there was none yet, where
/// there was no model yet, or where the device was lost. NARVK_TEST_FAULTS=all runs all of them, otherwise a sample.
/// </summary>
[Collection(VulkanCollection.Name)]
public sealed class FaultSweepTests(VulkanFixture fixture, ITestOutputHelper output) : IDisposable
{
    private const int SampledFaults = 16, SampledLosses = 6;

    /// <summary>Commands whose number of calls depends on how fast the device was.</summary>
    private static readonly HashSet<string> SpeedDependent = ["vkQueueSubmit", "vkWaitSemaphores", "vkGetSemaphoreCounterValue", "vkGetQueryPoolResults"];

    private readonly Checkpoints.TemporaryFolder folder = new();

    private static bool IsComplete => Environment.GetEnvironmentVariable("NARVK_TEST_FAULTS") == "all";

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_OneCallFails_EndsInAnErrorOrTheRightTokensAndLeavesNothing(bool asGpu)
    {
        RequireSpeed();
        Sweep(SweptGeneration.Video, asGpu, fault => true, SampledFaults);
    }

    [SkippableFact]
    public void Generate_OneCallOfAnImageFails_EndsInAnErrorOrTheRightPictureAndLeavesNothing()
    {
        RequireSpeed();
        Skip.IfNot(IsComplete, "a run decodes a picture, which takes ten times as long as a clip: NARVK_TEST_FAULTS=all runs a sample");
        Sweep(SweptGeneration.Image, asGpu: true, fault => true, SampledFaults);
    }

    /// <summary>Loss is found where work is handed over or waited for; how often there was some depends on the machine's speed, so it is only printed.</summary>
    [SkippableFact]
    public void Generate_DeviceIsLostAtWork_EndsInThatErrorAndLeavesNothing()
    {
        RequireSpeed();
        Sweep(SweptGeneration.Video, asGpu: true, fault => fault is { Error: Result.ErrorDeviceLost, Command: "vkQueueSubmit" or "vkWaitSemaphores" }, SampledLosses);
    }

    /// <summary>Small allocations, so that there are many: they are what runs out in practice.</summary>
    [SkippableFact]
    public void Generate_OneAllocationFails_EndsInAnErrorAndLeavesNothing()
    {
        RequireSpeed();
        Sweep(SweptGeneration.Video, asGpu: true, fault => fault is { Command: "vkAllocateMemory", Error: Result.ErrorOutOfDeviceMemory }, SampledFaults);
    }

    /// <summary>Whoever owns a pool makes it on first use, and on the next where that failed: one that was half made would be taken for whole.</summary>
    [SkippableFact]
    public void Generate_OneCommandPoolFails_EndsInAnErrorAndIsMadeTheNextTime()
    {
        RequireSpeed();
        Sweep(SweptGeneration.Video, asGpu: true, fault => fault is { Command: "vkCreateCommandPool", Error: Result.ErrorOutOfHostMemory }, int.MaxValue);
    }

    /// <summary>The whole program: its exit code is the device's, one line says so, and no file is left that is not whole.</summary>
    [SkippableFact]
    public void Program_OneCallFails_ExitsWithTheDevicesCodeAndWritesNothing()
    {
        RequireSpeed();
        var clean = Program(null);
        Assert.Equal((0, ""), (clean.Code, clean.Error));
        Fault[] all = [.. clean.Calls.OrderBy(command => command.Key).SelectMany(command => CommandErrors.Of(command.Key).Select(error => new Fault(command.Key, command.Value / 2, error)))];
        var wrong = new List<string>();
        foreach (var fault in IsComplete ? all : [.. all.Where((_, i) => i % 9 == 4)])
        {
            var run = Program(fault);
            var fits = run.Code == 4 ? run.Files == 0 && run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 1
                : run.Code == 0 && run.Files == clean.Files;
            // Halfway through a command's calls there is one in every run.
            if (!fits || !run.Failed || (run.Code == 4 && run.Error.Contains("the device was lost", StringComparison.Ordinal) != (fault.Error == Result.ErrorDeviceLost)))
            {
                wrong.Add($"{fault}: {(run.Failed ? "" : "did not come up, ")}code {run.Code}, {run.Files} files, {run.Error}");
            }
        }

        Assert.Equal([], wrong);
    }

    private (int Code, string Error, int Files, bool Failed, IReadOnlyDictionary<string, int> Calls) Program(Fault? fault)
    {
        FaultyCalls? calls = null;
        using var cli = new CliRunner(new FaultyEngine(Options(asGpu: false) with { LoadApi = () => FaultyCalls.Load(fault, out calls) }));
        var result = cli.Run("--model", TestPaths.Fixture(SweptGeneration.Video.Model), "--class", "0", "--seed", "1", "--out", "a.png", "--dump-tokens", "t.npy", "--dump-frames", "f.npy", "--quiet");
        foreach (var file in cli.Folder.Files.Where(file => file.EndsWith(".png", StringComparison.Ordinal)))
        {
            Assert.NotEmpty(PngReader.Read(cli.Folder[file], file).Frames);
        }

        return (result.Code, result.Error, cli.Folder.Files.Count, calls is { Failed: true }, calls?.Calls ?? new Dictionary<string, int>());
    }

    private void Sweep(SweptGeneration what, bool asGpu, Func<Fault, bool> wanted, int most)
    {
        var options = Options(asGpu);
        // The first run fills the cache, so that those after it compile nothing anew; the two after it show which calls depend on the machine's speed.
        Assert.Null(new FaultyRun(null, options, what).Failure);
        FaultyCalls[] clean = [CleanCalls(options, what), CleanCalls(options, what)];
        string[] commands = [.. clean[0].Calls.Keys.Union(clean[1].Calls.Keys).Order(StringComparer.Ordinal)];
        int Count(int run, string command) => clean[run].Calls.GetValueOrDefault(command);
        // How often the device is asked how far it is, and how much is handed to it at once, follows from how fast it was: a call counted in one run
        // may not be made in the next. Every other command is called as often every time, and its fault has to come up.
        HashSet<string> varying = [.. commands.Where(command => Count(0, command) != Count(1, command))];
        Assert.Subset(SpeedDependent, varying);
        Fault[] all = [.. from command in commands
                          from occurrence in Enumerable.Range(0, Math.Min(Count(0, command), Count(1, command)))
                          from error in CommandErrors.Of(command)
                          let fault = new Fault(command, occurrence, error)
                          where wanted(fault)
                          select fault];
        Assert.NotEmpty(all);
        var chosen = (IsComplete && what.Picture is null) || all.Length <= most ? all : Sample(all, most);
        int errors = 0, survived = 0, absent = 0, again = 0, lostAtWork = 0;
        var wrong = new List<string>();
        foreach (var fault in chosen)
        {
            var run = new FaultyRun(fault, options, what);
            var cameUp = run.Calls.Failed;
            errors += run.Failure is DeviceException ? 1 : 0;
            survived += run.Failure is null && cameUp ? 1 : 0;
            absent += cameUp ? 0 : 1;
            lostAtWork += run.Calls.LostAtWork ? 1 : 0;
            if ((run.Failure is not null && (!cameUp || run.Failure.GetType() != FaultyRun.ExceptionOf(fault.Error))) || run.Calls.Leaks.Count > 0)
            {
                wrong.Add($"{fault}: {run.Failure?.GetType().Name ?? "no error"} {run.Failure?.Message}; left: {string.Join(", ", run.Calls.Leaks)}");
            }

            if (!cameUp && !SpeedDependent.Contains(fault.Command))
            {
                wrong.Add($"{fault}: did not come up");
            }

            if (run.Failure is DeviceException && (!run.Loaded || fault.Error == Result.ErrorDeviceLost))
            {
                again++;
                var fresh = new FaultyRun(null, options, what);
                if (fresh.Failure is not null || fresh.Calls.Leaks.Count > 0)
                {
                    wrong.Add($"a fresh device after {fault}: {fresh.Failure?.GetType().Name} {fresh.Failure?.Message}; left: {string.Join(", ", fresh.Calls.Leaks)}");
                }
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clean[1].Calls.Values.Sum()} calls of {commands.Length} commands, {all.Length} faults, {chosen.Length} run: {errors} errors, {survived} did without, {absent} did not come up, {again} again on a fresh device, {lostAtWork} lost at work, {wrong.Count} wrong; varying: {string.Join(", ", varying)}"));
        Assert.Equal([], wrong);
    }

    private static FaultyCalls CleanCalls(DeviceOptions options, SweptGeneration what)
    {
        var run = new FaultyRun(null, options, what);
        Assert.Null(run.Failure);
        Assert.Empty(run.Calls.Leaks);
        return run.Calls;
    }

    /// <summary>Every command once with each of its errors, at a call that differs from fault to fault; then evenly over the rest.</summary>
    private static Fault[] Sample(Fault[] all, int most)
    {
        Fault[] ofEach = [.. all.GroupBy(fault => (fault.Command, fault.Error)).Select((group, i) => group.ElementAt(i * 7 % group.Count()))];
        var step = Math.Max(1, all.Length / Math.Max(1, most));
        return [.. ofEach.Where((_, i) => i % Math.Max(1, (ofEach.Length + most - 1) / most) == 0).Concat(all.Where((_, i) => i % step == step / 2)).Distinct().Take(most)];
    }

    private DeviceOptions Options(bool asGpu) => VulkanFixture.Options() with
    {
        ShaderDirectory = null,
        TreatAsDiscrete = asGpu,
        MaxAllocationSize = asGpu ? 512 << 10 : null,
        RingSlotBytes = 64 << 10,
        PipelineCacheDirectory = folder.Path,
        TuningBudget = TimeSpan.Zero,
    };

    private void RequireSpeed()
    {
        Skip.If(fixture.RequireDevice().Profile.DriverName.StartsWith("SwiftShader", StringComparison.Ordinal), "SwiftShader: what fails lies between the product and any driver; lavapipe shows it");
        Skip.If(Environment.GetEnvironmentVariable("NARVK_TEST_LIMITS") == "1", "another wrapper stands before the driver");
    }
}
