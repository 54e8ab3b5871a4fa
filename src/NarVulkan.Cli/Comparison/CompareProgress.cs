using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Comparison;

/// <summary>Words the progress of one run among those of a comparison.</summary>
/// <param name="show">Receives it.</param>
/// <param name="done">Runs before this one.</param>
/// <param name="all">Runs in all.</param>
/// <param name="detail">What is being run.</param>
internal sealed class CompareProgress(Action<WorkState> show, int done, int all, string detail) : IProgress<NarProgress>
{
    public void Report(NarProgress value) =>
        show(new WorkState("comparing", (done + (value.TokenCount > 0 ? (double)value.TokensDone / value.TokenCount : 0)) / all, detail));
}
