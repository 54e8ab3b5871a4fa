using System.Diagnostics;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Generation;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>Times whole generations as a caller of the library sees them.</summary>
internal sealed class GenerationBench(NarModel model, NarSampling sampling)
{
    /// <summary>A first run that records, compiles and is checked, then the timed ones, which must repeat it.</summary>
    /// <returns>The timing, and the tokens.</returns>
    /// <exception cref="DeviceException">Tokens are outside the codebook or all alike, or two runs differ.</exception>
    public (GenerationTiming Timing, int[] Tokens) Run(int batch, int runs, Action<BenchProgress> show, CancellationToken cancellation)
    {
        var request = BenchRequest.For(model.Info, sampling, batch);
        var generator = model.Generator!;
        string what = FormattableString.Invariant($"batch {batch}");
        Show(0);
        long start = Stopwatch.GetTimestamp();
        var first = model.Generate(request, null, cancellation);
        double firstSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Check(first.Tokens, model.Info);
        var seconds = new List<double>();
        var process = new List<double>();
        var thread = new List<double?>();
        var timings = new List<NarTimings>();
        var allocated = new List<long>();
        for (int run = 0; run < runs; run++)
        {
            Show(run + 1);
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            var (processBefore, threadBefore) = (HostClock.ProcessSeconds, HostClock.ThreadSeconds);
            start = Stopwatch.GetTimestamp();
            var result = model.Generate(request, null, cancellation);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            thread.Add(HostClock.ThreadSeconds - threadBefore);
            process.Add(HostClock.ProcessSeconds - processBefore);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - bytes);
            timings.Add(result.Timings);
            Verification.Equal(FormattableString.Invariant($"run {run + 1} of {what}, which should repeat the first,"), first.Tokens, result.Tokens);
        }
        var plan = generator.Plans[^1];
        var (dispatches, barriers) = plan.Commands;
        var timing = new GenerationTiming
        {
            Batch = batch,
            Runs = runs,
            Tokens = first.Tokens.Length,
            Seconds = Spread.Of(seconds),
            FirstSeconds = firstSeconds,
            PrefillSeconds = Spread.Of(timings.Select(timing => timing.PrefillSeconds)).Median,
            StepsSeconds = Spread.Of(timings.Select(timing => timing.StepsSeconds)).Median,
            ProcessSeconds = Spread.Of(process).Median,
            ThreadSeconds = thread.Exists(time => time is null) ? null : Spread.Of(thread.Select(time => time!.Value)).Median,
            AllocatedBytes = allocated.Min(),
            AllocatedInSteps = AllocatedInSteps(plan, request, cancellation),
            Submissions = plan.Submissions,
            Dispatches = dispatches,
            Barriers = barriers,
            Steps = model.Info.Steps,
            WeightBytes = WeightReads.Of(generator.Weights),
            Memory = DeviceMemory.Now(model),
        };
        return (timing, first.Tokens);

        void Show(int run) => show(new BenchProgress("generation", (double)run / (runs + 1), run == 0 ? $"{what}, checking" : FormattableString.Invariant($"{what}, run {run}/{runs}")));
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
