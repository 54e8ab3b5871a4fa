using System.Diagnostics;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Decoding;
using NarVulkan.Generation;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>Times whole generations as a caller of the library sees them.</summary>
internal sealed class GenerationBench(NarContext context, NarModel model, NarSampling sampling)
{
    /// <summary>A first run that records, compiles and is checked, then the timed ones, which must repeat it; with none of these the first is all there is.</summary>
    /// <returns>The timing, and the tokens.</returns>
    /// <exception cref="DeviceException">Tokens are outside the codebook or all alike, or two runs differ.</exception>
    public (GenerationTiming Timing, int[] Tokens) Run(int batch, int runs, Action<BenchProgress> show, CancellationToken cancellation)
    {
        var request = BenchRequest.For(model.Info, sampling, batch);
        var generator = model.Generator!;
        string what = FormattableString.Invariant($"batch {batch}");
        int fitting = generator.BatchSize(batch, request, GuidedSteps.For(generator.Weights.Schedule, sampling.GuidanceScale, sampling.GuidanceInterval));
        if (fitting < batch)
        {
            // The engine would run it in parts, which is not what the figures would say.
            throw new InvalidRequestException(FormattableString.Invariant($"--batch: {context.Device.Name} has no room for {batch} samples of {model.Info.Name} side by side, only for {fitting}; choose that or less"));
        }
        var measured = new List<(double Seconds, double Process, double? Thread, long Allocated, NarTimings Phases)>();
        int[] tokens = [];
        for (int run = 0; run <= runs; run++)
        {
            show(new BenchProgress("generation", (double)run / (runs + 1), run == 0 ? $"{what}, checking" : FormattableString.Invariant($"{what}, run {run}/{runs}")));
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            var (process, thread) = (HostClock.ProcessSeconds, HostClock.ThreadSeconds);
            long start = Stopwatch.GetTimestamp();
            var result = model.Generate(request, null, cancellation);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            measured.Add((seconds, HostClock.ProcessSeconds - process, HostClock.ThreadSeconds - thread, GC.GetAllocatedBytesForCurrentThread() - bytes, result.Timings));
            if (run == 0)
            {
                tokens = result.Tokens;
                Check(tokens, model.Info);
            }
            else
            {
                Verification.Equal(FormattableString.Invariant($"run {run} of {what}, which should repeat the first,"), tokens, result.Tokens);
            }
        }
        // The first run records and compiles; it counts only where there is no other.
        var timed = runs > 0 ? measured[1..] : measured;
        var plan = generator.Plans[^1];
        var (dispatches, barriers) = plan.Commands;
        var timing = new GenerationTiming
        {
            Batch = batch,
            Runs = runs,
            Tokens = tokens.Length,
            Seconds = Spread.Of(timed.Select(run => run.Seconds)),
            FirstSeconds = measured[0].Seconds,
            PrefillSeconds = Spread.Of(timed.Select(run => run.Phases.PrefillSeconds)).Median,
            StepsSeconds = Spread.Of(timed.Select(run => run.Phases.StepsSeconds)).Median,
            ProcessSeconds = Spread.Of(timed.Select(run => run.Process)).Median,
            ThreadSeconds = timed.Exists(run => run.Thread is null) ? null : Spread.Of(timed.Select(run => run.Thread!.Value)).Median,
            AllocatedBytes = timed.Min(run => run.Allocated),
            AllocatedInSteps = runs > 0 ? AllocatedInSteps(plan, request, cancellation) : null,
            Submissions = plan.Submissions,
            Dispatches = dispatches,
            Barriers = barriers,
            Steps = model.Info.Steps,
            WeightBytes = WeightReads.Of(generator.Weights),
            Memory = DeviceMemory.Now(model),
        };
        return (timing, tokens);
    }

    /// <summary>Replays the recording alone, without progress: what a step allocates is what its submission does.</summary>
    private long AllocatedInSteps(GenerationPlan plan, NarGenerationRequest request, CancellationToken cancellation)
    {
        var inputs = RequestCheck.Inputs(request, model.Info, model.Generator!.Weights);
        plan.SetInputs(inputs, 0, StepBench.Parameters(sampling), [.. Enumerable.Range(0, request.Classes.Count).Select(sample => (uint)sample)]);
        plan.RunPrefill(cancellation);
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.RunSteps(null, cancellation);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Check(int[] tokens, NarModelInfo info)
    {
        int wrong = Array.FindIndex(tokens, token => (uint)token >= (uint)info.Vocabulary);
        if (wrong >= 0)
        {
            throw Verification.Failure("the generation", $"token {wrong} is {tokens[wrong]}, which is not in the codebook of {info.Vocabulary}");
        }
        // Not of a trained model, which may well paint a wall, but a broken chain repeats one token.
        if (tokens.Length > 16 && tokens.Distinct().Count() == 1)
        {
            throw Verification.Failure("the generation", $"all {tokens.Length} tokens are {tokens[0]}");
        }
    }
}
