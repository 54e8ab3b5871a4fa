using System.Diagnostics;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Verifies a kernel, then times a recorded chain of equal dispatches several times.</summary>
internal sealed class KernelTimer(VulkanDevice device)
{
    private const int Runs = 7;
    private const double SecondsPerRun = 0.02;
    private const int MostRepetitions = 2000;

    /// <exception cref="DeviceException">The kernel computes something else than its twin, or the device failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public KernelTiming Time(KernelCase kernel, CancellationToken cancellation)
    {
        var (seconds, processor) = Measure(kernel.Record, kernel.Verify, cancellation);
        return new KernelTiming(kernel.Kernel, kernel.Shape, kernel.Calls, kernel.MultiplyAdds, kernel.Bytes, seconds.Median, seconds.Least, processor.Median);
    }

    /// <summary>Runs it once and verifies it.</summary>
    /// <exception cref="DeviceException">The kernel computes something else than its twin, or the device failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Verify(KernelCase kernel, CancellationToken cancellation)
    {
        using var once = Repeat(kernel.Record, 1);
        once.Run(cancellation: cancellation);
        kernel.Verify();
    }

    /// <summary>Seconds and processor seconds of one of what is recorded, after its first run was verified.</summary>
    public (Spread Seconds, Spread Processor) Measure(Action<CommandRecorder> record, Action verify, CancellationToken cancellation)
    {
        using var once = Repeat(record, 1);
        // The first run compiles and is verified, the second shows how long one takes.
        once.Run(cancellation: cancellation);
        verify();
        int repetitions = (int)Math.Clamp(SecondsPerRun / Run(once, cancellation).Seconds, 1, MostRepetitions);
        using var many = Repeat(record, repetitions);
        many.Run(cancellation: cancellation);
        var times = new List<(double Seconds, double Processor)>();
        for (int run = 0; run < Runs; run++)
        {
            var (seconds, processor) = Run(many, cancellation);
            times.Add((seconds / repetitions, processor / repetitions));
        }
        return (Spread.Of(times.Select(time => time.Seconds)), Spread.Of(times.Select(time => time.Processor)));
    }

    private static (double Seconds, double Processor) Run(RecordedCommands commands, CancellationToken cancellation)
    {
        double processor = HostClock.ProcessSeconds;
        long start = Stopwatch.GetTimestamp();
        commands.Run(cancellation: cancellation);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        processor = HostClock.ProcessSeconds - processor;
        double device = commands.Timings.Sum(region => region.Milliseconds) / 1000;
        return (device > 0 ? device : wall, processor / Environment.ProcessorCount);
    }

    private RecordedCommands Repeat(Action<CommandRecorder> record, int repetitions)
    {
        using var recorder = new CommandRecorder(device, "bench", timestamps: true);
        recorder.BeginRegion("bench");
        for (int i = 0; i < repetitions; i++)
        {
            record(recorder);
        }
        recorder.EndRegion();
        return recorder.Finish();
    }
}
