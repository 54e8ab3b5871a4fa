using System.Diagnostics;

namespace NarVulkan.Cli.Output;

/// <summary>
/// Plain lines for logs and pipes, at most one every few seconds. Quick work leaves none: what there is to say is said when it is done.
/// </summary>
internal sealed class LineProgress(TextWriter writer) : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    public T Show<T>(Func<Action<WorkState>, T> work)
    {
        long lastLine = Stopwatch.GetTimestamp();
        return work(state =>
        {
            if (Stopwatch.GetElapsedTime(lastLine) < Interval)
            {
                return;
            }
            lastLine = Stopwatch.GetTimestamp();
            writer.WriteLine(VisibleText.Of(state.Detail.Length == 0 ? state.Phase : $"{state.Phase}: {state.Detail}"));
        });
    }
}
