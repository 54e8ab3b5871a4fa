using System.Collections.Concurrent;

namespace NarVulkan.Endurance;

/// <summary>
/// The same requests again and again, in other company: cut into batches of any size, while other threads keep the processor busy, from several
/// threads with a device of their own each. Every sample's tokens must be those of the first time, bit for bit.
/// </summary>
internal static class DeterminismRun
{
    private const int Kinds = 8;

    /// <param name="open">Opens a device.</param>
    /// <param name="folder">The model.</param>
    /// <param name="generations">How many, over all threads.</param>
    /// <param name="threads">Threads with a session of their own.</param>
    /// <param name="load">Threads that do nothing but keep processors busy, during every second round of requests.</param>
    /// <param name="seed">Decides what is asked for.</param>
    /// <param name="seen">Is told how many are done.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What differed, a line each; empty: nothing did.</returns>
    public static IReadOnlyList<string> Run(Func<NarContext> open, string folder, int generations, int threads, int load, int seed, Action<int> seen, CancellationToken cancellation)
    {
        var expected = new ConcurrentDictionary<int, int[]>();
        var differences = new ConcurrentQueue<string>();
        int started = 0, done = 0;
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(number => new Thread(() => Guard(() => Work(number))))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        cancellation.ThrowIfCancellationRequested();
        return [.. differences];

        void Guard(Action action)
        {
            try
            {
                action();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                differences.Enqueue($"{e.GetType().Name}: {e.Message}");
            }
        }

        void Work(int number)
        {
            using var context = open();
            using var model = NarModel.Load(context, folder);
            var requests = new Requests(model.Info, seed);
            for (int turn; (turn = Interlocked.Increment(ref started)) <= generations;)
            {
                int kind = turn % Kinds;
                var request = requests[kind] with { MaxBatch = turn % 5, DecodeFrames = false };
                // Every request comes up with and without them.
                using var busy = new BusyThreads(turn / Kinds % 2 * load);
                int[] tokens = model.Generate(request, progress: null, cancellation).Tokens;
                int[] first = expected.GetOrAdd(kind, tokens);
                if (!tokens.AsSpan().SequenceEqual(first))
                {
                    differences.Enqueue($"generation {turn} of request {kind}, thread {number}, batches of {request.MaxBatch}: {tokens.Zip(first).Count(pair => pair.First != pair.Second)} of {tokens.Length} tokens differ");
                }
                seen(Interlocked.Increment(ref done));
            }
        }
    }
}
