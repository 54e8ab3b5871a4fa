using System.Diagnostics;
using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// A recorded chain, replayed as often as wanted. It owns command buffers, descriptor sets and queries; buffers and
/// pipelines are borrowed and must outlive it. One run at a time.
/// </summary>
internal sealed class RecordedCommands : IDisposable
{
    private readonly VulkanDevice _device;
    private readonly string _name;
    private readonly IReadOnlyList<RecordedPiece> _pieces;
    private readonly CommandBuffer[] _commands;
    private readonly ulong[] _values;
    private readonly SubmissionCut _cut;
    private readonly CommandBufferPool _pool;
    private readonly DescriptorSets _sets;
    private readonly RegionTimer? _timer;
    private int _running;
    private bool _hasRun;
    private bool _disposed;

    internal RecordedCommands(
        VulkanDevice device,
        string name,
        IReadOnlyList<RecordedPiece> pieces,
        SubmissionCut cut,
        CommandBufferPool pool,
        DescriptorSets sets,
        RegionTimer? timer,
        long dispatches,
        long barriers)
    {
        _device = device;
        _name = name;
        _pieces = pieces;
        _commands = [.. pieces.Select(piece => piece.Commands)];
        _values = new ulong[pieces.Count];
        _cut = cut;
        _pool = pool;
        _sets = sets;
        _timer = timer;
        DispatchCount = dispatches;
        BarrierCount = barriers;
    }

    /// <summary>Command buffers of the chain.</summary>
    public int PieceCount => _pieces.Count;

    /// <summary>Submissions of the last run; runs get by with fewer once they know how long the pieces take.</summary>
    public int Submissions { get; private set; }

    public long DispatchCount { get; }

    public long BarrierCount { get; }

    public int DescriptorSetCount => _sets.Count;

    /// <summary>Milliseconds per region of the last run; empty when timestamps were not asked for or the queue has none.</summary>
    public IReadOnlyList<(string Region, double Milliseconds)> Timings => _timer is null || !_hasRun ? [] : _timer.Read();

    /// <summary>Submits all pieces in order and waits for the last one.</summary>
    /// <param name="stepCompleted">Called on this thread with every marked step whose commands have completed, in order.</param>
    /// <param name="cancellation">Looked at whenever a piece has completed; what is in flight is waited for.</param>
    /// <exception cref="OperationCanceledException">Cancelled; buffers hold the results of the pieces that ran.</exception>
    public void Run(Action<int>? stepCompleted = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException($"{_name} is already running");
        }

        try
        {
            _device.Uploads.Flush();
            RunPieces(stepCompleted, cancellation);
            _hasRun = true;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _timer?.Dispose();
        _sets.Dispose();
        _pool.Dispose();
    }

    // The next submission follows when one piece is left of those before: the device always has work, and no more than that
    // delays a cancellation. Nothing here allocates.
    private void RunPieces(Action<int>? stepCompleted, CancellationToken cancellation)
    {
        Submissions = 0;
        var submitted = 0;
        // Of the pieces that ran before: the time they took then, and now.
        double expected = 0, measured = 0;
        // Of all pieces of this run: multiply-adds and time.
        double work = 0, taken = 0;
        long before = 0;
        try
        {
            for (var done = 0; done < _pieces.Count; done++)
            {
                cancellation.ThrowIfCancellationRequested();
                while (submitted < _pieces.Count && submitted - done <= 1)
                {
                    before = submitted == done ? Stopwatch.GetTimestamp() : before;
                    submitted += Submit(submitted, expected > 0 ? Math.Max(1, measured / expected) : 1, work > 0 ? taken / work : 0);
                }

                _device.Queue.Wait(_values[done]);
                var now = Stopwatch.GetTimestamp();
                var piece = _pieces[done];
                var seconds = Stopwatch.GetElapsedTime(before, now).TotalSeconds;
                before = now;
                expected += piece.Seconds;
                measured += piece.Seconds > 0 ? seconds : 0;
                piece.Seconds = seconds;
                work += piece.Work;
                taken += piece.Work > 0 ? seconds : 0;
                foreach (var step in piece.CompletedSteps)
                {
                    stepCompleted?.Invoke(step);
                }
            }
        }
        catch
        {
            // Cancelled, or the caller's progress report or a submission failed (it may be out of memory while the piece
            // before it still runs): nobody may touch the buffers while the device does.
            _device.Queue.TryWaitAll();
            throw;
        }
    }

    private int Submit(int first, double slowdown, double secondsPerWork)
    {
        var count = _cut.Take(_pieces, first, slowdown, secondsPerWork);
        var last = _device.Queue.Submit(_commands.AsSpan(first, count));
        for (var i = 0; i < count; i++)
        {
            _values[first + i] = last - (ulong)(count - 1 - i);
        }

        Submissions++;
        return count;
    }
}
