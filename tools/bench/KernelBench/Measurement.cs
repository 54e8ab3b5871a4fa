using System.Diagnostics;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>The best of several runs of a recorded chain of equal dispatches.</summary>
/// <param name="Seconds">Wall-clock time of one dispatch.</param>
/// <param name="ProcessorSeconds">
/// Processor time of one dispatch over the processors of the machine: what the wall clock would show on a software
/// driver if nothing else ran on the machine.
/// </param>
internal readonly record struct Measurement(double Seconds, double ProcessorSeconds)
{
    private const int Runs = 7;
    private const double SecondsPerRun = 0.05;

    /// <summary>Records <paramref name="record"/> as often as makes a run long enough to time, and times it.</summary>
    public static Measurement Of(VulkanDevice device, Action<CommandRecorder> record)
    {
        using var once = Repeat(device, record, 1);
        // The first run compiles, the second shows how long one dispatch takes.
        once.Run();
        var repetitions = (int)Math.Clamp(SecondsPerRun / Time(() => once.Run()).Seconds, 1, 2000);
        using var many = Repeat(device, record, repetitions);
        many.Run();
        var best = new Measurement(double.MaxValue, double.MaxValue);
        for (var run = 0; run < Runs; run++)
        {
            var time = Time(() => many.Run());
            best = new Measurement(
                Math.Min(best.Seconds, time.Seconds / repetitions), Math.Min(best.ProcessorSeconds, time.ProcessorSeconds / repetitions));
        }

        return best;
    }

    private static Measurement Time(Action action)
    {
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        action();
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return new Measurement(seconds, (process.TotalProcessorTime - before).TotalSeconds / Environment.ProcessorCount);
    }

    private static RecordedCommands Repeat(VulkanDevice device, Action<CommandRecorder> record, int repetitions)
    {
        using var recorder = new CommandRecorder(device, "bench");
        for (var i = 0; i < repetitions; i++)
        {
            record(recorder);
        }

        return recorder.Finish();
    }
}
