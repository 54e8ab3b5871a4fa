namespace NarVulkan.Vulkan;

/// <summary>
/// Compiles pipelines ahead of their use, on a few threads of its own that end when nothing is left to do. What fails is left to whoever
/// needs the pipeline, and fails there with its reason.
/// </summary>
internal sealed class PipelineCompiler : IDisposable
{
    /// <summary>Drivers gain nothing from more, and memory is taken by each compilation.</summary>
    private const int MostThreads = 8;

    private readonly Queue<ComputePipeline> _waiting = [];
    private readonly HashSet<ComputePipeline> _known = [];
    private readonly List<Thread> _threads = [];
    private readonly Lock _lock = new();
    private bool _disposed;

    /// <summary>Compiles a pipeline some time soon; one that was given before is not compiled again.</summary>
    public void Add(ComputePipeline pipeline)
    {
        lock (_lock)
        {
            if (_disposed || pipeline.IsCompiled || !_known.Add(pipeline))
            {
                return;
            }

            _waiting.Enqueue(pipeline);
            if (_threads.Count < Math.Min(Environment.ProcessorCount, MostThreads))
            {
                var thread = new Thread(Work) { IsBackground = true, Name = "narvk pipelines" };
                _threads.Add(thread);
                thread.Start();
            }
        }
    }

    /// <summary>Drops what waits and lets the threads finish what they have begun.</summary>
    public void Dispose()
    {
        Thread[] running;
        lock (_lock)
        {
            _disposed = true;
            _waiting.Clear();
            running = [.. _threads];
        }

        foreach (var thread in running)
        {
            thread.Join();
        }
    }

    private void Work()
    {
        while (Next() is { } pipeline)
        {
            try
            {
                _ = pipeline.Handle;
            }
            catch (NarException)
            {
                // Its user asks for it again and gets the reason; what is never used hurts nobody.
                continue;
            }
        }
    }

    private ComputePipeline? Next()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var pipeline))
            {
                return pipeline;
            }

            _threads.Remove(Thread.CurrentThread);
            return null;
        }
    }
}
