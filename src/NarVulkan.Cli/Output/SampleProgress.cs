using System.Diagnostics;
using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>Words the progress of a large run: samples, speed, and the time left at that speed.</summary>
internal sealed class SampleProgress : IProgress<NarProgress>
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Action<WorkState> show;
    private readonly int count, earlier;
    private readonly string noun;
    private int done, batch;

    /// <param name="show">Receives it.</param>
    /// <param name="count">Samples in all.</param>
    /// <param name="earlier">Samples that were done before this run.</param>
    /// <param name="noun">What the samples are: images or clips.</param>
    public SampleProgress(Action<WorkState> show, int count, int earlier, string noun)
    {
        this.show = show;
        this.count = count;
        this.earlier = done = earlier;
        this.noun = noun;
    }

    /// <summary>A batch of so many samples begins.</summary>
    public void Begin(int samples)
    {
        batch = samples;
        Show(0);
    }

    /// <summary>The batch is kept.</summary>
    public void End()
    {
        done += batch;
        batch = 0;
        Show(0);
    }

    public void Report(NarProgress value) => Show(value.TokenCount > 0 ? (double)value.TokensDone / value.TokenCount * batch : 0);

    // Speed and time left count the batch under way; the samples that are told are those that are kept.
    private void Show(double underWay)
    {
        double made = done - earlier + underWay, seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string speed = made > 0 && seconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {made / seconds:0.##} {noun}/s, {GenerationProgress.Remaining(TimeSpan.FromSeconds(seconds * (count - earlier - made) / made))}")
            : "";
        show(new WorkState("sampling", (done + underWay) / count, string.Create(CultureInfo.InvariantCulture, $"{done}/{count} {noun}{speed}")));
    }
}
