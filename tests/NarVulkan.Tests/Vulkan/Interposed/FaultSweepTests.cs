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
/// leaves no Vulkan object and no message of the validation layer. What failed then works as if nothing had been: on the same device, or on a fresh one
/// where there was none yet, where there was no model yet, or where the device was lost. NARVK_TEST_FAULTS=all runs all of them, otherwise a sample.
/// </summary>
[Collection(VulkanCollection.Name)]
public sealed class FaultSweepTests(VulkanFixture fixture, ITestOutputHelper output) : IDisposable
{
    private const int SampledFaults = 16, SampledLosses = 6;

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

    /// <summary>A host's device stays the same until it is lost; so does the model, whose loading the tests above have.</summary>
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Record_OneCallOfAHostsFramesFails_EndsInAnErrorOrTheRightTokensAndLeavesNothing(bool asGpu)
    {
        RequireSpeed();
        var hosted = Open(out var live);
        try
        {
            var choice = new FaultChoice(Clean(), Clean(), fault => true);
            var tally = new FaultTally();
            foreach (var fault in IsComplete ? choice.All : choice.Sample(SampledFaults))
            {
                var run = hosted.Run(fault);
                // Where nothing was wanted of it any more, the loss is no error; the device is lost all the same.
                if (run.Failure is DeviceLostException || (fault.Error == Result.ErrorDeviceLost && run.CameUp))
                {
                    hosted.Dispose();
                    tally.Add(fault, run, hosted.Live);
                    hosted = Open(out live);
                }
                else
                {
                    tally.Add(fault, run, [.. hosted.Live.Except(live)]);
                }
            }

            Report(choice, tally);
            Clean();
        }
        finally
        {
            hosted.Dispose();
        }

        Assert.Empty(hosted.Live);

        // The first generation makes what stays with the model.
        HostedModel Open(out IReadOnlyList<string> live)
        {
            var opened = new HostedModel(Options(asGpu));
            Assert.Null(opened.Run(null).Failure);
            live = opened.Live;
            return opened;
        }

        IReadOnlyDictionary<string, int> Clean()
        {
            var run = hosted.Run(null);
            Assert.Null(run.Failure);
            Assert.Equal(live, hosted.Live);
            return new Dictionary<string, int>(run.Calls.Calls);
        }
    }

    /// <summary>Loss is found where work is handed over or waited for; how often there was some depends on the machine's speed, so it is only printed.</summary>
    [SkippableFact]
    public void Generate_DeviceIsLostAtWork_EndsInThatErrorAndLeavesNothing()
    {
        RequireSpeed();
        SkipWhereAllAre();
        Sweep(SweptGeneration.Video, asGpu: true, fault => fault is { Error: Result.ErrorDeviceLost, Command: "vkQueueSubmit" or "vkWaitSemaphores" }, SampledLosses);
    }

    /// <summary>Small allocations, so that there are many: they are what runs out in practice.</summary>
    [SkippableFact]
    public void Generate_OneAllocationFails_EndsInAnErrorAndLeavesNothing()
    {
        RequireSpeed();
        SkipWhereAllAre();
        Sweep(SweptGeneration.Video, asGpu: true, fault => fault is { Command: "vkAllocateMemory", Error: Result.ErrorOutOfDeviceMemory }, SampledFaults);
    }

    /// <summary>
    /// Calls that whole sweeps found wrong. Whoever owns a pool makes it on first use, and on the next where that failed: one that was half made would be taken for
    /// whole. A lack of memory while extensions are counted is no lack of an extension.
    /// </summary>
    [SkippableTheory]
    [InlineData("vkCreateCommandPool")]
    [InlineData("vkEnumerateInstanceExtensionProperties")]
    public void Generate_EveryCallOfACommandFailsInTurn_EndsInAnErrorAndWorksTheNextTime(string command)
    {
        RequireSpeed();
        SkipWhereAllAre();
        Sweep(SweptGeneration.Video, asGpu: true, fault => fault.Command == command && fault.Error == Result.ErrorOutOfHostMemory, int.MaxValue);
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

    // Each run has a device of its own, so that as many go on at once as there are processors: most of a run is the driver's compiler.
    private void Sweep(SweptGeneration what, bool asGpu, Func<Fault, bool> wanted, int most)
    {
        var options = Options(asGpu);
        FaultyRun Run(Fault? fault) => new(fault, run => what.Do(run, options));
        FaultyCalls Clean()
        {
            var run = Run(null);
            Assert.Null(run.Failure);
            Assert.Empty(run.Calls.Leaks);
            return run.Calls;
        }

        // It fills the cache, so that the runs after it compile nothing anew.
        Clean();
        var choice = new FaultChoice(Clean().Calls, Clean().Calls, wanted);
        Assert.NotEmpty(choice.All);
        var tally = new FaultTally();
        Parallel.ForEach(IsComplete && what.Picture is null ? choice.All : choice.Sample(most), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, fault =>
        {
            var run = Run(fault);
            tally.Add(fault, run, run.Calls.Leaks);
            // Of all of them the next one shows it: it opens a device, too, and has to come as far as its own fault.
            if (!IsComplete && run.Failure is DeviceException && (!run.Loaded || fault.Error == Result.ErrorDeviceLost))
            {
                var fresh = Run(null);
                tally.AddAgain(fault, fresh, fresh.Calls.Leaks);
            }
        });
        Report(choice, tally);
    }

    private void Report(FaultChoice choice, FaultTally tally)
    {
        output.WriteLine($"{choice.Description}, {tally}");
        Assert.True(tally.Wrong.Count == 0, string.Join(Environment.NewLine, tally.Wrong));
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

    private static void SkipWhereAllAre() => Skip.If(IsComplete, "all faults of a generation have these among them");

    private void RequireSpeed()
    {
        Skip.If(fixture.RequireDevice().Profile.DriverName.StartsWith("SwiftShader", StringComparison.Ordinal), "SwiftShader: what fails lies between the product and any driver; lavapipe shows it");
        Skip.If(Environment.GetEnvironmentVariable("NARVK_TEST_LIMITS") == "1", "another wrapper stands before the driver");
    }
}
