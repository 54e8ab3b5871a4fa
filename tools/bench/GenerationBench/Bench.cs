using System.Diagnostics;
using System.Globalization;
using NarVulkan;
using NarVulkan.Decoding;
using NarVulkan.Generation;

namespace GenerationBench;

/// <summary>Loads, runs and times one model.</summary>
internal static class Bench
{
    /// <summary>Prints what was measured.</summary>
    /// <exception cref="InvalidOperationException">Runs differ, or give no plausible tokens: then no time means anything.</exception>
    public static void Run(NarRandomModel random, BenchSettings settings)
    {
        using var context = NarContext.Create(new NarContextOptions { Device = settings.Device });
        Print($"{context.Device.Name}, {context.Device.Driver}");
        if (Generate(context, random, settings) is not { } tokens)
        {
            return;
        }
        if (settings.Parts)
        {
            PrintParts(context, random, settings);
        }
        if (settings.Decode)
        {
            Decode(context, tokens, settings);
        }
    }

    private static int[]? Generate(NarContext context, NarRandomModel random, BenchSettings settings)
    {
        long start = Stopwatch.GetTimestamp();
        using var model = NarModel.CreateRandom(context, random, new NarLoadOptions { Precision = settings.Precision });
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var info = model.Info;
        Print($"{info.Name}: {info.ParameterCount / 1e6:0.0} M weights, {info.Precision}, grid {string.Join("x", info.Grid)}, {info.Steps} steps, {info.TokenCount} tokens of {info.Vocabulary}, batch {settings.Batch}, guidance {settings.Guidance}");
        Print($"load {load:0.00} s ({Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s of processor time since the start), then host peak {HostPeak():0} MiB, device {context.DeviceMemory.InUse / Mebibyte:0} MiB, of that weights {info.WeightBytes / Mebibyte:0} MiB");
        if (settings.LoadOnly)
        {
            return null;
        }
        var request = new NarGenerationRequest
        {
            Classes = [.. Enumerable.Range(0, settings.Batch)],
            Seed = 1,
            Sampling = info.Sampling with { GuidanceScale = settings.Guidance },
            DecodeFrames = false,
            MaxBatch = settings.Batch,
        };

        // The first run records and lets the driver compile; it is also what later runs are compared with.
        var before = Environment.CpuUsage.TotalTime;
        var first = model.Generate(request);
        double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        if (first.Tokens.Any(token => token < 0 || token >= info.Vocabulary) || first.Tokens.Distinct().Count() < Math.Min(first.Tokens.Length, info.Vocabulary) / 3)
        {
            throw new InvalidOperationException("the generated tokens are not plausible draws from the codebook");
        }
        PrintTimes("first run", [first.Timings], first.Tokens.Length);
        Print($"first run: {processor:0.0} s of processor time, compilation and recording included; {Environment.ProcessorCount} processors");
        var timings = new List<NarTimings>();
        List<double> host = [], processors = [];
        long allocated = 0;
        for (int run = 0; run < settings.Runs; run++)
        {
            double? hostBefore = ThreadTime.Milliseconds;
            long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            before = Environment.CpuUsage.TotalTime;
            var result = model.Generate(request);
            processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            host.Add(ThreadTime.Milliseconds - hostBefore ?? double.NaN);
            processors.Add(processor);
            if (!result.Tokens.AsSpan().SequenceEqual(first.Tokens))
            {
                throw new InvalidOperationException($"run {run} gave other tokens than the first");
            }
            timings.Add(result.Timings);
        }
        if (timings.Count > 0)
        {
            PrintTimes($"median of {timings.Count}", timings, first.Tokens.Length);
        }
        if (timings.Count > 0)
        {
            var (submissions, dispatches, barriers) = model.LastCommands;
            Print($"processor time {Median(processors):0.00} s ({processors.Min():0.00} to {processors.Max():0.00}), of that the submitting thread {Median(host):0.0} ms ({host.Min():0.0} to {host.Max():0.0}), the driver's part of its calls included; {submissions} submissions, {dispatches} dispatches, {barriers} barriers; {allocated} bytes allocated by the call");
        }
        if (model.GeneratorMemory is { } memory)
        {
            var plans = memory.Plans;
            Print($"device memory in MiB: weights {memory.Weights / Mebibyte:0.0}, cache {plans.Cache / Mebibyte:0.0}, scratch {plans.Scratch / Mebibyte:0.0}, logits {plans.Logits / Mebibyte:0.0}, inputs {plans.Inputs / Mebibyte:0.0}, staging {memory.Staging / Mebibyte:0.0}; in use {memory.InUse / Mebibyte:0.0}, peak {memory.Peak / Mebibyte:0.0}");
        }
        Print($"host peak {HostPeak():0} MiB, device peak {context.DeviceMemory.Peak / Mebibyte:0} MiB");
        return first.Tokens;
    }

    /// <summary>Device time of the parts of the steps, from timestamps in a recording of its own.</summary>
    private static void PrintParts(NarContext context, NarRandomModel random, BenchSettings settings)
    {
        var description = RandomModelLoading.Describe(random).Generator!;
        using var file = RandomModelLoading.Weights(random, description);
        using var engine = ModelLoading.LoadGenerator(context, file, description, new NarLoadOptions { Precision = settings.Precision }).Engine;
        var weights = engine.Weights;
        var guidance = GuidedSteps.For(weights.Schedule, settings.Guidance, interval: -1);
        using var plan = new GenerationPlan(context.Kernels, weights, new PlanKey(settings.Batch, guidance, KeepLogits: false), workBudget: null, timestamps: true);
        plan.SetInputs(new GenerationInputs { Conditions = new int[settings.Batch] }, first: 0, new SamplingParameters(settings.Guidance, 1, 1, 0, greedy: false, seed: 1), new uint[settings.Batch]);
        for (int run = 0; run < 2; run++)
        {
            plan.RunPrefill(default);
            plan.RunSteps(null, default);
        }
        var (dispatches, barriers) = plan.Commands;
        Print($"device time of the steps by part: {string.Join(", ", plan.Timings.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Region} {part.Milliseconds / 1000:0.000} s")))}; {dispatches} dispatches, {barriers} barriers, {plan.Submissions} submissions");
    }

    private static void Decode(NarContext context, int[] tokens, BenchSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("narvk-bench-").FullName;
        try
        {
            RandomTokenizer.Write(folder);
            using var tokenizer = NarModel.Load(context, folder, new NarLoadOptions { Precision = settings.Precision });
            var seconds = new List<double>();
            float[]? first = null;
            for (int run = 0; run <= settings.Runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                float[] frames = tokenizer.Decode(tokens, settings.Batch);
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                first ??= frames;
                if (!frames.AsSpan().SequenceEqual(first))
                {
                    throw new InvalidOperationException($"decoding run {run} gave other frames than the first");
                }
            }
            Print($"decode: first {seconds[0]:0.00} s, with loading; median of {settings.Runs}: {(settings.Runs > 0 ? Median(seconds.Skip(1)) : double.NaN):0.00} s");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void PrintTimes(string what, List<NarTimings> timings, int tokens)
    {
        double prefill = Median(timings.Select(t => t.PrefillSeconds)), steps = Median(timings.Select(t => t.StepsSeconds));
        Print($"{what}: record {Median(timings.Select(t => t.RecordSeconds)):0.000}, prefill {prefill:0.000}, steps {steps:0.00} s ({timings.Min(t => t.StepsSeconds):0.00} to {timings.Max(t => t.StepsSeconds):0.00}); {tokens / (prefill + steps):0.0} tokens/s");
    }

    private const double Mebibyte = 1 << 20;

    /// <summary>Most resident memory of the process so far (VmHWM on Linux), in MiB. A software driver's device memory is part of it.</summary>
    private static double HostPeak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / Mebibyte;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
