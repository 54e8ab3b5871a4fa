namespace NarVulkan.Cli.Output;

/// <summary>Shows nothing.</summary>
internal sealed class SilentProgress : IProgressView
{
    public T Show<T>(Func<Action<WorkState>, T> work) => work(static _ => { });
}
