namespace NarVulkan.Cli.Output;

/// <summary>Shows how far work has come while it runs.</summary>
internal interface IProgressView
{
    /// <summary>Runs <paramref name="work"/> on the calling thread; what it reports is shown.</summary>
    T Show<T>(Func<Action<WorkState>, T> work);
}
