using System.Diagnostics;
using NarVulkan.Benchmarks.Generation;
using NarVulkan.Benchmarks.Kernels;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Benchmarks.Tuning;
using NarVulkan.Checkpoints;

namespace NarVulkan.Benchmarks;

/// <summary>Runs what was asked for on one device. Kernels are verified, whichever times were asked for, and what is wrong is an error, never a time.</summary>
internal sealed class Benchmark(NarContext context, BenchSettings settings, Action<BenchProgress> show)
{
    /// <exception cref="DeviceException">A result is wrong, the device failed, or its memory does not suffice.</exception>
    /// <exception cref="ModelFileException">The model's files are missing or wrong.</exception>
    /// <exception cref="InvalidRequestException">The model cannot do what is asked.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public BenchReport Run(CancellationToken cancellation)
    {
        var report = new BenchReport { Device = context.Device };
        if (settings.NeedsModel)
        {
            report = RunModel(report, cancellation);
        }
        foreach (var suite in settings.Suites)
        {
            report = report with { Kernels = [.. report.Kernels, .. SuiteBench.Run(context, suite, show, cancellation)] };
        }
        // Last, so that the buffers for it are in nobody's peak of memory.
        return report.Kernels.Count > 0 || report.Steps is not null || report.Generations.Count > 0
            ? report with { Ceilings = DeviceCeilingsBench.Run(context.Vulkan, show, cancellation) }
            : report;
    }

    private bool Wants(BenchParts parts) => (settings.Parts & parts) != 0;

    private BenchReport RunModel(BenchReport report, CancellationToken cancellation)
    {
        if (settings is { Verify: true, Directory: { } directory })
        {
            var folder = ModelFolder.Open(directory);
            ModelChecksums.Verify(directory, ModelChecksums.FilesOf(folder, generator: true, tokenizer: Wants(BenchParts.Decode)), (done, all) => show(new BenchProgress("verifying", (double)done / all, "")));
        }
        double processor = HostClock.ProcessSeconds;
        long start = Stopwatch.GetTimestamp();
        using var model = Load();
        var generator = model.Generator ?? throw new InvalidRequestException($"model {model.Info.Name} has only a tokenizer, so there is nothing to time but narvk decode");
        var load = new LoadTiming(
            Stopwatch.GetElapsedTime(start).TotalSeconds, HostClock.ProcessSeconds - processor, DeviceMemory.Now(model));
        var sampling = settings.Guidance is { } scale ? model.Info.Sampling with { GuidanceScale = scale } : model.Info.Sampling;
        report = report with { Model = model.Info, Sampling = sampling, Load = load };

        if (settings.Tune)
        {
            report = report with { Tuning = ProductTuning.Run(context, generator.Weights, show, cancellation) };
        }

        var timings = new List<GenerationTiming>();
        int[]? tokens = null;
        foreach (int batch in Wants(BenchParts.Generation) ? settings.Batches : Wants(BenchParts.Steps | BenchParts.Decode) ? settings.Batches.Take(1) : [])
        {
            // Steps and pixels want its tokens even where its times are not asked for.
            int runs = Wants(BenchParts.Generation) ? settings.Runs : 0;
            var (timing, generated) = new GenerationBench(context, model, sampling).Run(batch, runs, show, cancellation);
            tokens ??= generated;
            timings.Add(timing);
        }
        if (Wants(BenchParts.Steps))
        {
            report = report with { Steps = new StepBench(context, model, sampling).Run(settings.Batches[0], Math.Max(1, settings.Runs), tokens, show, cancellation) };
        }
        var cases = new ModelKernels(context.Kernels, generator.Weights, sampling, settings.Batches[0]);
        if (Wants(BenchParts.Kernels))
        {
            report = report with { Kernels = [.. Kernels(cases, cancellation).GroupBy(kernel => kernel.Kernel).SelectMany(group => group)] };
        }
        else if (Wants(BenchParts.Generation | BenchParts.Steps | BenchParts.Decode))
        {
            Verify(cases, cancellation);
        }
        if (Wants(BenchParts.Decode))
        {
            report = report with { Decode = DecodeBench.Run(context, model, tokens!, settings.Batches[0], settings, show, cancellation) };
        }
        return report with { Generations = Wants(BenchParts.Generation) ? timings : [] };
    }

    // Behind the generations, as the buffers for it are to be in nobody's peak of memory: still before anything is reported.
    private void Verify(ModelKernels kernels, CancellationToken cancellation)
    {
        var timer = new KernelTimer(context.Vulkan);
        foreach (var kernel in kernels.Cases(all: false))
        {
            cancellation.ThrowIfCancellationRequested();
            show(new BenchProgress("verifying", null, FormattableString.Invariant($"{kernel.Kernel}, {kernel.Shape}")));
            timer.Verify(kernel, cancellation);
        }
    }

    private NarModel Load()
    {
        show(new BenchProgress("loading", 0, ""));
        var options = new NarLoadOptions
        {
            Precision = settings.Precision,
            Tokenizer = Wants(BenchParts.Decode),
            Progress = progress => show(new BenchProgress("loading", progress.WeightsTotal > 0 ? (double)progress.WeightsDone / progress.WeightsTotal : 0, "")),
        };
        return settings.Random is { } random ? NarModel.CreateRandom(context, random, options) : NarModel.Load(context, settings.Directory!, options);
    }

    private IEnumerable<KernelTiming> Kernels(ModelKernels kernels, CancellationToken cancellation)
    {
        var timer = new KernelTimer(context.Vulkan);
        int done = 0;
        foreach (var kernel in kernels.Cases(settings.AllShapes))
        {
            cancellation.ThrowIfCancellationRequested();
            show(new BenchProgress("kernels", null, FormattableString.Invariant($"{++done}: {kernel.Kernel}, {kernel.Shape}")));
            yield return timer.Time(kernel, cancellation);
        }
    }
}
