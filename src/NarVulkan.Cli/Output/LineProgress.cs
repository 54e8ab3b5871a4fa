using System.Diagnostics;

namespace NarVulkan.Cli.Output;

/// <summary>Plain lines for logs and pipes: one as each phase begins, then at most one every few seconds.</summary>
internal sealed class LineProgress(TextWriter writer) : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public T Show<T>(Func<Action<WorkState>, T> work)
    {
        string phase = "";
        long lastLine = 0;
        return work(state =>
        {
            if (state.Phase == phase && Stopwatch.GetElapsedTime(lastLine) < Interval)
            {
                return;
            }
            phase = state.Phase;
            lastLine = Stopwatch.GetTimestamp();
            writer.WriteLine(state.Detail.Length == 0 ? state.Phase : $"{state.Phase}: {state.Detail}");
        });
    }
}
