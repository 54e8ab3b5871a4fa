using System.Globalization;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Checkpoints;
using NarVulkan.Tests.Cli;
using NarVulkan.Tests.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;
using Xunit.Abstractions;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// Opens a device, loads a model, generates and decodes, with one Vulkan call failing: every call in turn, with every error that it may return.
/// Each run ends in a <see cref="DeviceException"/>, or in the right tokens where the call was one that only saves time; it leaves no Vulkan
/// object, and the same model then generates as if nothing had been, unless the device was lost. NARVK_TEST_FAULTS=all runs all of them,
/// otherwise a sample.
/// </summary>
[Collection(VulkanCollection.Name)]
public sealed class FaultSweepTests(VulkanFixture fixture, ITestOutputHelper output) : IDisposable
{
    private const string Model = "golden/nar-c2v";

    /// <summary>Seconds: a run takes less than two, so one that has not ended by then waits for what will not come.</summary>
    private const int Patience = 100;

    private const int SampledFaults = 16;

    private readonly Checkpoints.TemporaryFolder folder = new();

    private static bool IsComplete => Environment.GetEnvironmentVariable("NARVK_TEST_FAULTS") == "all";

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_OneCallFails_EndsInAnErrorOrTheRightTokensAndLeavesNothing(bool asGpu)
    {
        RequireSpeed();
        Sweep(asGpu, fault => true, SampledFaults);
    }

    /// <summary>Small allocations, so that there are many: they are what runs out in practice.</summary>
    [SkippableFact]
    public void Generate_OneAllocationFails_EndsInAnErrorAndLeavesNothing()
    {
        RequireSpeed();
        Sweep(asGpu: true, fault => fault is { Command: "vkAllocateMemory", Error: Result.ErrorOutOfDeviceMemory }, SampledFaults);
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
            if (!fits)
            {
                wrong.Add($"{fault}: code {run.Code}, {run.Files} files, {run.Error}");
            }
        }

        Assert.Equal([], wrong);
    }

    private (int Code, string Error, int Files, IReadOnlyDictionary<string, int> Calls) Program(Fault? fault)
    {
        FaultyCalls? calls = null;
        using var cli = new CliRunner(new FaultyEngine(Options(asGpu: false) with { LoadApi = () => FaultyCalls.Load(fault, out calls) }));
        var result = cli.Run("--model", TestPaths.Fixture(Model), "--class", "0", "--seed", "1", "--out", "a.png", "--dump-tokens", "t.npy", "--dump-frames", "f.npy", "--quiet");
        foreach (var file in cli.Folder.Files.Where(file => file.EndsWith(".png", StringComparison.Ordinal)))
        {
            Assert.NotEmpty(PngReader.Read(cli.Folder[file], file).Frames);
        }

        return (result.Code, result.Error, cli.Folder.Files.Count, calls?.Calls ?? new Dictionary<string, int>());
    }

    private void Sweep(bool asGpu, Func<Fault, bool> wanted, int most)
    {
        // The first run fills the cache, so that those after it compile nothing anew.
        Assert.Null(Run(null, asGpu).Failure);
        var clean = Run(null, asGpu);
        Assert.Null(clean.Failure);
        Assert.Empty(clean.Calls.Leaks);
        Fault[] all = [.. from command in clean.Calls.Calls
                          orderby command.Key
                          from occurrence in Enumerable.Range(0, command.Value)
                          from error in CommandErrors.Of(command.Key)
                          let fault = new Fault(command.Key, occurrence, error)
                          where wanted(fault)
                          select fault];
        Assert.NotEmpty(all);
        var chosen = IsComplete || all.Length <= most ? all : Sample(all, most);
        int errors = 0, survived = 0;
        var wrong = new List<string>();
        foreach (var fault in chosen)
        {
            var run = Run(fault, asGpu);
            errors += run.Failure is DeviceException ? 1 : 0;
            survived += run.Failure is null && run.Calls.Failed ? 1 : 0;
            if (run.Failure is not (null or DeviceException) || run.Calls.Leaks.Count > 0)
            {
                wrong.Add($"{fault}: {run.Failure?.GetType().Name ?? "no error"} {run.Failure?.Message}; left: {string.Join(", ", run.Calls.Leaks)}");
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clean.Calls.Calls.Values.Sum()} calls of {clean.Calls.Calls.Count} commands, {all.Length} faults, {chosen.Length} run: {errors} errors, {survived} did without, {chosen.Length - errors - survived} did not come up, {wrong.Count} wrong"));
        Assert.Equal([], wrong);
    }

    /// <summary>Every command once with each of its errors, at a call that differs from fault to fault; then evenly over the rest.</summary>
    private static Fault[] Sample(Fault[] all, int most)
    {
        Fault[] ofEach = [.. all.GroupBy(fault => (fault.Command, fault.Error)).Select((group, i) => group.ElementAt(i * 7 % group.Count()))];
        var step = Math.Max(1, all.Length / Math.Max(1, most));
        return [.. ofEach.Where((_, i) => i % Math.Max(1, (ofEach.Length + most - 1) / most) == 0).Concat(all.Where((_, i) => i % step == step / 2)).Distinct().Take(most)];
    }

    private (Exception? Failure, FaultyCalls Calls) Run(Fault? fault, bool asGpu)
    {
        FaultyCalls? calls = null;
        var options = Options(asGpu) with { LoadApi = () => FaultyCalls.Load(fault, out calls) };
        var run = Task.Run(() => Record(() => OpenAndGenerate(options, () => calls!, fault)));
        Assert.True(run.Wait(TimeSpan.FromSeconds(Patience)), $"{fault}: hangs");
        return (run.Result, calls!);
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

    private static void OpenAndGenerate(DeviceOptions options, Func<FaultyCalls> calls, Fault? fault)
    {
        using var context = NarContext.Create(options);
        using var model = NarModel.Load(context, TestPaths.Fixture(Model));
        try
        {
            Generate(model);
        }
        catch (DeviceException) when (fault!.Error != Result.ErrorDeviceLost && calls().Failed)
        {
            // Memory may be there again the next time.
            Generate(model);
            throw;
        }
    }

    private static void Generate(NarModel model)
    {
        var result = model.Generate(new NarGenerationRequest { Classes = [0], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f }, DecodeFrames = true });
        Assert.Equal(Golden.Ints($"{Model}/cfg1.25__tokens.npy").AsSpan(0, result.Tokens.Length).ToArray(), result.Tokens);
    }

    private void RequireSpeed()
    {
        Skip.If(fixture.RequireDevice().Profile.DriverName.StartsWith("SwiftShader", StringComparison.Ordinal), "SwiftShader: what fails lies between the product and any driver; lavapipe shows it");
        Skip.If(Environment.GetEnvironmentVariable("NARVK_TEST_LIMITS") == "1", "another wrapper stands before the driver");
    }

    private static Exception? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
