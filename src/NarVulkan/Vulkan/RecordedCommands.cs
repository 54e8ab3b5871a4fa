namespace NarVulkan.Vulkan;

/// <summary>
/// A recorded chain, replayed as often as wanted. It owns command buffers, descriptor sets and queries; buffers and
/// pipelines are borrowed and must outlive it. One run at a time.
/// </summary>
internal sealed class RecordedCommands : IDisposable
{
    // One piece computes while the next one waits in the queue; more would only delay a cancellation.
    private const int PiecesInFlight = 2;

    private readonly VulkanDevice _device;
    private readonly string _name;
    private readonly IReadOnlyList<RecordedPiece> _pieces;
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
        CommandBufferPool pool,
        DescriptorSets sets,
        RegionTimer? timer,
        long dispatches,
        long barriers)
    {
        _device = device;
        _name = name;
        _pieces = pieces;
        _pool = pool;
        _sets = sets;
        _timer = timer;
        DispatchCount = dispatches;
        BarrierCount = barriers;
    }

    /// <summary>Submissions per run.</summary>
    public int PieceCount => _pieces.Count;

    public long DispatchCount { get; }

    public long BarrierCount { get; }

    public int DescriptorSetCount => _sets.Count;

    /// <summary>Milliseconds per region of the last run; empty when timestamps were not asked for or the queue has none.</summary>
    public IReadOnlyList<(string Region, double Milliseconds)> Timings => _timer is null || !_hasRun ? [] : _timer.Read();

    /// <summary>Submits all pieces in order and waits for the last one.</summary>
    /// <param name="stepCompleted">Called on this thread with every marked step whose commands have completed, in order.</param>
    /// <param name="cancellation">Looked at between pieces; what is in flight is waited for.</param>
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

    private void RunPieces(Action<int>? stepCompleted, CancellationToken cancellation)
    {
        var inFlight = new Queue<(RecordedPiece Piece, ulong Value)>();
        try
        {
            foreach (var piece in _pieces)
            {
                cancellation.ThrowIfCancellationRequested();
                inFlight.Enqueue((piece, _device.Queue.Submit(piece.Commands)));
                if (inFlight.Count == PiecesInFlight)
                {
                    Complete(inFlight, stepCompleted);
                }
            }

            while (inFlight.Count > 0)
            {
                Complete(inFlight, stepCompleted);
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

    private void Complete(Queue<(RecordedPiece Piece, ulong Value)> inFlight, Action<int>? stepCompleted)
    {
        var (piece, value) = inFlight.Dequeue();
        _device.Queue.Wait(value);
        foreach (var step in piece.CompletedSteps)
        {
            stepCompleted?.Invoke(step);
        }
    }
}
