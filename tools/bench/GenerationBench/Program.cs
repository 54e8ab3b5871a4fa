using System.CommandLine;
using System.Globalization;
using NarVulkan;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;

namespace GenerationBench;

/// <summary>
/// Times whole generations with random weights of a published size: verifies that runs repeat bit for bit and stay in
/// range, then prints the median wall-clock time of each phase with device and driver.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var size = new Option<string>("--size") { DefaultValueFactory = _ => "llama-abs-S", Description = $"One of {string.Join(", ", ModelSize.All.Select(known => known.Name))}." };
        size.AcceptOnlyFromAmong([.. ModelSize.All.Select(known => known.Name)]);
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Timed runs." };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 1, Description = "Samples side by side." };
        var cfg = new Option<float>("--cfg") { DefaultValueFactory = _ => 1.25f, Description = "Guidance scale; 1 runs without." };
        var precision = new Option<NarPrecision>("--precision") { DefaultValueFactory = _ => NarPrecision.Float32, Description = "Weights on the device." };
        var device = new Option<string>("--device") { DefaultValueFactory = _ => "auto", Description = "Index or name of the device." };
        var decode = new Option<bool>("--decode") { Description = "Also decode with a LARP-L tokenizer of random weights." };
        var root = new RootCommand("Times whole generations with random weights of a published size.") { size, runs, batch, cfg, precision, device, decode };
        root.SetAction(parsed => Run(
            ModelSize.All.First(known => known.Name == parsed.GetValue(size)), parsed.GetValue(runs), parsed.GetValue(batch), parsed.GetValue(cfg),
            parsed.GetValue(precision), parsed.GetValue(device)!, parsed.GetValue(decode)));
        return root.Parse(arguments).Invoke();
    }

    private static int Run(ModelSize size, int runs, int batch, float cfg, NarPrecision precision, string device, bool decode)
    {
        string folder = Directory.CreateTempSubdirectory("narvk-bench-").FullName;
        try
        {
            RandomModel.Write(folder, size, decode);
            using var context = NarContext.Create(new NarContextOptions { Device = device });
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            using var model = NarModel.Load(context, folder, new NarLoadOptions { Precision = precision });
            double load = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
            var request = new NarGenerationRequest
            {
                Classes = [.. Enumerable.Range(0, batch)],
                Seed = 1,
                Sampling = model.Info.Sampling with { GuidanceScale = cfg },
                DecodeFrames = decode,
                MaxBatch = batch,
            };
            Print($"{context.Device.Name}, {context.Device.Driver}");
            Print($"{model.Info.Name}: {model.Info.ParameterCount / 1e6:0.0} M weights, {model.Info.Precision}, {model.Info.Steps} steps, {model.Info.TokenCount} tokens, batch {batch}, guidance {cfg}");

            // The first run records and lets the driver compile; it is also what later runs are compared with.
            var first = model.Generate(request);
            if (first.Tokens.Any(token => token < 0 || token >= model.Info.Vocabulary) || first.Tokens.Distinct().Count() < 100)
            {
                throw new InvalidOperationException("the generated tokens are not plausible draws from the codebook");
            }
            var timings = new List<NarTimings>();
            for (int run = 0; run < runs; run++)
            {
                var result = model.Generate(request);
                if (!result.Tokens.AsSpan().SequenceEqual(first.Tokens))
                {
                    throw new InvalidOperationException($"run {run} gave other tokens than the first");
                }
                timings.Add(result.Timings);
            }
            double prefill = Median(timings, t => t.PrefillSeconds), steps = Median(timings, t => t.StepsSeconds), pixels = Median(timings, t => t.DecodeSeconds);
            Print($"load {load:0.000} s; first run: record {first.Timings.RecordSeconds:0.000}, prefill {first.Timings.PrefillSeconds:0.000}, steps {first.Timings.StepsSeconds:0.000}, decode {first.Timings.DecodeSeconds:0.000} s");
            Print($"median of {runs}: prefill {prefill:0.000}, steps {steps:0.000}, decode {pixels:0.000} s; {batch * model.Info.TokenCount / (prefill + steps):0} tokens/s");
            Print($"steps from {timings.Min(t => t.StepsSeconds):0.000} to {timings.Max(t => t.StepsSeconds):0.000} s; device memory peak {context.DeviceMemory.Peak / 1048576.0:0.0} MiB, of that weights {model.Info.WeightBytes / 1048576.0:0.0} MiB");
            PrintParts(context, folder, precision, batch, cfg);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Device time of the parts of the steps, from timestamps in a recording of its own.</summary>
    private static void PrintParts(NarContext context, string folder, NarPrecision precision, int batch, float cfg)
    {
        using var engine = ModelLoading.LoadGenerator(context, ModelFolder.Open(folder).Generator!, new NarLoadOptions { Precision = precision }).Engine;
        var weights = engine.Weights;
        var guidance = GuidedSteps.For(weights.Schedule, cfg, interval: -1);
        using var plan = new GenerationPlan(context.Kernels, weights, new PlanKey(batch, guidance, KeepLogits: false), workBudget: null, timestamps: true);
        plan.SetInputs(new GenerationInputs { Conditions = new int[batch] }, first: 0, new SamplingParameters(cfg, 1, 1, 0, greedy: false, seed: 1), new uint[batch]);
        for (int run = 0; run < 2; run++)
        {
            plan.RunPrefill(default);
            plan.RunSteps(null, default);
        }
        var (dispatches, barriers) = plan.Commands;
        Print($"device time of the steps by part: {string.Join(", ", plan.Timings.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Region} {part.Milliseconds / 1000:0.000} s")))}; {dispatches} dispatches, {barriers} barriers, {plan.Submissions} submissions");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double Median(List<NarTimings> timings, Func<NarTimings, double> value)
    {
        var sorted = timings.Select(value).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
