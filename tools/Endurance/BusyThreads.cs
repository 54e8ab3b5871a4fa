namespace NarVulkan.Endurance;

/// <summary>Keeps processors busy with nothing until it is disposed.</summary>
internal sealed class BusyThreads : IDisposable
{
    private readonly Thread[] threads;
    private volatile bool stopped;

    public BusyThreads(int count)
    {
        threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Work) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
    }

    public void Dispose()
    {
        stopped = true;
        Array.ForEach(threads, thread => thread.Join());
    }

    private void Work()
    {
        while (!stopped)
        {
            Thread.SpinWait(1000);
        }
    }
}
