using System.Globalization;
using NarVulkan.Tests.Checkpoints;
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

    private const int SampledFaults = 40;

    private readonly TemporaryFolder folder = new();

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

    /// <summary>Small allocations, so that there are many; all of them, since they are what runs out in practice.</summary>
    [SkippableFact]
    public void Generate_OneAllocationFails_EndsInAnErrorAndLeavesNothing()
    {
        RequireSpeed();
        Sweep(asGpu: true, fault => fault is { Command: "vkAllocateMemory", Error: Result.ErrorOutOfDeviceMemory }, most: int.MaxValue);
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
        var options = VulkanFixture.Options() with
        {
            ShaderDirectory = null,
            TreatAsDiscrete = asGpu,
            MaxAllocationSize = asGpu ? 512 << 10 : null,
            RingSlotBytes = 64 << 10,
            PipelineCacheDirectory = folder.Path,
            TuningBudget = TimeSpan.Zero,
            LoadApi = () => FaultyCalls.Load(fault, out calls),
        };
        var run = Task.Run(() => Record(() => OpenAndGenerate(options, () => calls!, fault)));
        Assert.True(run.Wait(TimeSpan.FromSeconds(Patience)), $"{fault}: hangs");
        return (run.Result, calls!);
    }

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
