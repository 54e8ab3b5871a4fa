using System.Diagnostics;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>
/// Times every step of a generation by itself: each is a recording of its own, with timestamps around its parts, so that its share of the
/// whole shows. A generation proper is recorded as one chain; what that saves is the difference.
/// </summary>
internal sealed class StepBench(NarContext context, NarModel model, NarSampling sampling)
{
    private readonly VulkanDevice device = context.Vulkan;

    /// <summary>The sampling block of the timed request.</summary>
    public static SamplingParameters Parameters(NarSampling sampling) =>
        new(sampling.GuidanceScale, sampling.Temperature, sampling.TopP, sampling.TopK, sampling.Greedy, seed: 1);

    /// <param name="samples">Samples side by side.</param>
    /// <param name="runs">Timed runs.</param>
    /// <param name="expected">What the same request generates, [samples, tokens] in raster order; null where it was not run.</param>
    /// <exception cref="DeviceException">The tokens are others than expected.</exception>
    public StepsReport Run(int samples, int runs, int[]? expected, Action<BenchProgress> show, CancellationToken cancellation)
    {
        var weights = model.Generator!.Weights;
        var request = BenchRequest.For(model.Info, sampling, samples);
        var key = new PlanKey(samples, GuidedSteps.For(weights.Schedule, sampling.GuidanceScale, sampling.GuidanceInterval), KeepLogits: false);
        using var buffers = new GenerationBuffers(device, weights, key);
        ConditionUpload.Run(device, weights, buffers, RequestCheck.Inputs(request, model.Info, weights), 0, samples, new int[buffers.Sequences * buffers.ConditionSlots]);
        device.Uploads.Upload<uint>(buffers.Parameters, 0, Parameters(sampling).WithStreams(SampleStreams.Of(request, byClass: model.Info.ClassCount > 0)));
        device.Uploads.Flush();
        var recorder = new StepRecorder(context.Kernels, weights, buffers, key);
        var recordings = new List<RecordedCommands>();
        try
        {
            foreach (var step in weights.Schedule.Steps)
            {
                using var commands = new CommandRecorder(device, $"step {step.Index}", timestamps: true);
                recorder.Record(commands, step);
                recordings.Add(commands.Finish());
            }
            var passes = new List<(double Wall, IReadOnlyList<(string Region, double Milliseconds)> Parts)[]>();
            for (int run = 0; run <= runs; run++)
            {
                show(new BenchProgress("steps", (double)run / (runs + 1), run == 0 ? "checking" : FormattableString.Invariant($"run {run}/{runs}")));
                var pass = Pass(recordings, cancellation);
                if (run == 0)
                {
                    // The first pass compiles and is checked.
                    Check(buffers, weights.Schedule, samples, expected);
                }
                else
                {
                    passes.Add(pass);
                }
            }
            bool timed = passes[0][0].Parts.Count > 0;
            return new StepsReport(samples, runs, timed, [.. weights.Schedule.Steps.Select((step, index) => Timing(step, [.. passes.Select(pass => pass[index])]))]);
        }
        finally
        {
            recordings.ForEach(recording => recording.Dispose());
        }

        StepTiming Timing(DecodeStep step, (double Wall, IReadOnlyList<(string Region, double Milliseconds)> Parts)[] passes)
        {
            KeyValuePair<string, double>[] parts =
            [
                .. passes[0].Parts.Select((part, index) => KeyValuePair.Create(part.Region, Spread.Of(passes.Select(pass => pass.Parts[index].Milliseconds / 1000)).Median)),
            ];
            double wall = Spread.Of(passes.Select(pass => pass.Wall)).Median;
            int perSample = step.Index <= key.Guidance.LastIn(weights.Schedule) ? 2 : 1;
            return new StepTiming(
                step.Index, samples * perSample * step.Fed.Count, step.VisibleKeys, samples * step.Sampled.Count, WeightReads.Of(weights, step),
                parts, parts.Length > 0 ? parts.Sum(part => part.Value) : wall, wall);
        }
    }

    private static (double Wall, IReadOnlyList<(string Region, double Milliseconds)> Parts)[] Pass(List<RecordedCommands> recordings, CancellationToken cancellation)
    {
        var times = new (double, IReadOnlyList<(string, double)>)[recordings.Count];
        for (int step = 0; step < recordings.Count; step++)
        {
            long start = Stopwatch.GetTimestamp();
            recordings[step].Run(cancellation: cancellation);
            times[step] = (Stopwatch.GetElapsedTime(start).TotalSeconds, recordings[step].Timings);
        }
        return times;
    }

    private void Check(GenerationBuffers buffers, DecodeSchedule schedule, int samples, int[]? expected)
    {
        if (expected is null)
        {
            return;
        }
        int count = schedule.Grid.Count;
        var generated = new int[samples * count];
        device.Readbacks.Read<int>(buffers.Tokens, 0, generated);
        var inOrder = new int[generated.Length];
        for (int i = 0; i < generated.Length; i++)
        {
            inOrder[i] = expected[i / count * count + schedule.OrderOfGeneration[i % count]];
        }
        Verification.Equal("the generation step by step", inOrder, generated);
    }
}
