using System.Diagnostics;
using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>Words the engine's progress: step, tokens, and the time left at the speed since the first report.</summary>
internal sealed class GenerationProgress(Action<WorkState> show) : IProgress<NarProgress>
{
    // What comes before the first report - pipelines, the condition - says nothing about the speed of the steps.
    private long firstReport;
    private int firstTokens;

    // Not Progress<T>: that would hand reports to other threads, out of order.
    public void Report(NarProgress value)
    {
        if (value.Phase == "decode")
        {
            show(new WorkState("decoding", null, ""));
            return;
        }
        if (firstReport == 0)
        {
            firstReport = Stopwatch.GetTimestamp();
            firstTokens = value.TokensDone;
        }
        double fraction = value.TokenCount > 0 ? (double)value.TokensDone / value.TokenCount : 0;
        int done = value.TokensDone - firstTokens;
        TimeSpan rest = done > 0 ? Stopwatch.GetElapsedTime(firstReport) * ((value.TokenCount - value.TokensDone) / (double)done) : default;
        string left = done > 0 ? ", " + Remaining(rest) : "";
        show(new WorkState("generating", fraction, $"step {value.Step}/{value.StepCount}, {value.TokensDone}/{value.TokenCount} tokens{left}"));
    }

    /// <summary>The text for a time to wait, rounded as one would say it.</summary>
    public static string Remaining(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.95 => "less than 1 s left",
        < 99.5 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):0} min left"),
    };
}
