using NarVulkan.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// Hands out the pieces of a session's generation and of its decoding, to whoever submits them or into command buffers of the host, and keeps count of both.
/// Any thread may call, also one that holds the queue lock: the lock here is taken behind that one, and never held over a submission or a wait. Progress is
/// read without any.
/// </summary>
internal sealed unsafe class SessionRecorder : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly HostRecordings recordings;
    private readonly WorkClock clock;
    private readonly Lock gate = new();
    private PieceCursor? steps, decoding;
    private PictureChain? pictures;
    private long generation;
    private long? preparing;
    private bool decodingElsewhere, closed;
    private volatile int stepsDone;
    private volatile bool isComplete = true;

    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public SessionRecorder(VulkanDevice device)
    {
        this.device = device;
        try
        {
            clock = owned.Add(new WorkClock(device));
            // Disposed first, which waits.
            recordings = owned.Add(new HostRecordings(device));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>Steps that were handed out.</summary>
    public int StepsDone => stepsDone;

    /// <summary>Whether none is left; false while a generation is being prepared.</summary>
    public bool IsComplete => isComplete;

    /// <summary>Waits for what was recorded of the present generation, then gives it up; nothing is handed out before <see cref="Attach(long, IReadOnlyList{RecordedPiece})"/>.</summary>
    /// <returns>The number of the generation that takes its place.</returns>
    /// <exception cref="InvalidOperationException">What was recorded was not submitted; the present generation goes on.</exception>
    public long Detach()
    {
        while (true)
        {
            ulong recorded = WaitForRecorded().Value;
            lock (gate)
            {
                // Another thread may have recorded meanwhile, or discarded.
                if (recorded == recordings.Last && recordings.IsSettled)
                {
                    recordings.KeepAll();
                    generation++;
                    (steps, decoding, pictures, stepsDone, preparing) = (null, null, null, 0, generation);
                    CountDone();
                    return generation;
                }
            }
        }
    }

    /// <summary>Hands out a generation from now on, unless it was cancelled meanwhile.</summary>
    /// <param name="number">What <see cref="Detach"/> gave.</param>
    /// <param name="pieces">Its steps; null where preparing them failed.</param>
    public void Attach(long number, IReadOnlyList<RecordedPiece>? pieces)
    {
        lock (gate)
        {
            preparing = null;
            steps = number == generation && pieces is not null ? new PieceCursor(pieces) : null;
            CountDone();
        }
    }

    /// <summary>Hands out decoding from now on.</summary>
    public void Attach(PictureChain chain)
    {
        lock (gate)
        {
            pictures = chain;
        }
    }

    /// <summary>Takes the next step, or what is left of it, for a submission; null where none is left.</summary>
    /// <exception cref="InvalidOperationException">Another generation was begun, or this one was cancelled.</exception>
    public TakenStep? TakeStep(long number)
    {
        lock (gate)
        {
            RequirePresent(number);
            if (steps is not { IsComplete: false } cursor)
            {
                return null;
            }
            // What is submitted now goes on from it.
            recordings.Keep(cursor);
            int next = cursor.Next;
            var taken = cursor.Take(NarBudget.Steps(1), clock.Expect).Pieces;
            int step = stepsDone;
            stepsDone = step + 1;
            CountDone();
            return new TakenStep(cursor, next, step, taken);
        }
    }

    /// <summary>
    /// Takes a step back that could not be submitted, or only in part: what is left of it is handed out again. Where the host recorded what comes after it
    /// meanwhile, that has nothing to go on from, and the generation is given up. No other was begun since.
    /// </summary>
    /// <param name="taken">What <see cref="TakeStep"/> gave.</param>
    /// <param name="submitted">How many of its pieces, fewer than all, were submitted.</param>
    public void GiveBack(TakenStep taken, int submitted)
    {
        lock (gate)
        {
            recordings.Keep(taken.Cursor);
            recordings.Lower(taken.Step);
            stepsDone = taken.Step;
            if (steps == taken.Cursor)
            {
                if (taken.Cursor.Next == taken.Next + taken.Pieces.Count)
                {
                    taken.Cursor.Rewind(taken.Next + submitted);
                }
                else
                {
                    CancelPresent();
                }
            }
            CountDone();
        }
    }

    /// <summary>Sees to it that a generation is the present one.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void RequirePresent(long number)
    {
        lock (gate)
        {
            RequireOpen();
            if (number != generation)
            {
                throw new InvalidOperationException("The generation was given up: the session was cancelled or began another one.");
            }
        }
    }

    /// <summary>Records the next steps, or a part of one; nothing where none is left or another thread is preparing them.</summary>
    public NarRecording RecordSteps(CommandBuffer commands, NarBudget budget)
    {
        lock (gate)
        {
            RequireRecordable(commands, budget);
            int first = stepsDone;
            if (steps is not { IsComplete: false } cursor)
            {
                return new NarRecording(first, 0, isComplete, default);
            }
            var (pieces, milliseconds, done) = Record(commands, cursor, budget, null);
            stepsDone = first + pieces.Sum(piece => piece.CompletedSteps.Count);
            CountDone();
            return new NarRecording(first, stepsDone - first, isComplete, done.Point) { ExpectedMilliseconds = milliseconds };
        }
    }

    /// <summary>
    /// Records decoding, from its beginning or from where the last recording ended; nothing while another thread prepares or submits decoding. Null where it
    /// is not prepared.
    /// </summary>
    /// <exception cref="InvalidRequestException">The texture is of another size.</exception>
    public NarRecording? RecordDecoding(CommandBuffer commands, NarTexture texture, NarBudget budget)
    {
        lock (gate)
        {
            RequireRecordable(commands, budget);
            if (preparing is not null || decodingElsewhere)
            {
                return new NarRecording(stepsDone, 0, false, default);
            }
            if (pictures is not { } chain)
            {
                return null;
            }
            TextureCheck.Holds(texture, chain.Samples, chain.Shape);
            return texture.Record((image, before) =>
            {
                decoding = decoding is { IsComplete: false } begun ? begun : new PieceCursor(chain.Pieces);
                var (_, milliseconds, done) = Record(commands, decoding, budget, () => image.CopyFrom(commands, chain.Packed));
                if (decoding.IsComplete)
                {
                    recordings.WhenTakenBack(() => texture.Unwrite(done, before));
                }
                return (new NarRecording(stepsDone, 0, decoding.IsComplete, done.Point) { ExpectedMilliseconds = milliseconds }, decoding.IsComplete ? done : null);
            });
        }
    }

    /// <summary>While this is in use decoding is submitted, which works in the memory of what is recorded: nothing is, and what was recorded in part begins anew.</summary>
    public DecodingElsewhere DecodeElsewhere()
    {
        lock (gate)
        {
            (decoding, decodingElsewhere) = (null, true);
        }
        return new DecodingElsewhere(this);
    }

    /// <summary>Signals the end of a recording that was submitted.</summary>
    /// <exception cref="InvalidOperationException">It is none of this session's that is to be signalled.</exception>
    public void Signal(in NarRecording recording)
    {
        // The session is closed under the same lock, so that its timeline outlives the call.
        lock (device.Queue.QueueLock)
        {
            lock (gate)
            {
                RequireOpen();
                if (!recordings.Has(recording))
                {
                    throw new InvalidOperationException("What was recorded is another session's, or was discarded: there is nothing to signal.");
                }
            }
            recordings.Signal(recording.Done.Value);
        }
    }

    /// <summary>Takes the last recording back: it will not be submitted.</summary>
    /// <exception cref="InvalidOperationException">It is not the last one, or was submitted.</exception>
    public void Discard(in NarRecording recording)
    {
        lock (gate)
        {
            RequireOpen();
            stepsDone = recordings.TakeBack(recording);
            clock.Drop(recording.Done.Value);
            CountDone();
        }
    }

    /// <summary>Gives the present generation up; what exists of it stays.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            CancelPresent();
        }
    }

    /// <summary>The same, where a generation is still the present one.</summary>
    public void Cancel(long number)
    {
        lock (gate)
        {
            if (number == generation)
            {
                CancelPresent();
            }
        }
    }

    /// <summary>Waits for everything that was recorded so far: the value that was reached, and the steps handed out by then.</summary>
    /// <exception cref="InvalidOperationException">The host did not submit what was recorded.</exception>
    public (ulong Value, int StepsDone) WaitForRecorded()
    {
        (ulong Value, int StepsDone) recorded;
        lock (gate)
        {
            recorded = (recordings.Last, stepsDone);
        }
        recordings.Wait(recorded.Value);
        return recorded;
    }

    /// <summary>Hands out and signals nothing from now on.</summary>
    public void Close()
    {
        lock (device.Queue.QueueLock)
        lock (gate)
        {
            closed = true;
            CancelPresent();
        }
    }

    /// <summary>Waits for what the host submitted; it was closed before.</summary>
    public void Dispose() => owned.Dispose();

    /// <summary>Has a primary command buffer execute pieces.</summary>
    public static void Execute(VulkanDevice device, CommandBuffer commands, IReadOnlyList<RecordedPiece> pieces)
    {
        var handles = pieces.Select(piece => piece.Commands).ToArray();
        fixed (CommandBuffer* all = handles)
        {
            device.Api.CmdExecuteCommands(commands, (uint)handles.Length, all);
        }
    }

    private (IReadOnlyList<RecordedPiece> Pieces, double Milliseconds, TimelineValue Done) Record(CommandBuffer commands, PieceCursor cursor, NarBudget budget, Action? finish)
    {
        ulong completed = recordings.Completed;
        clock.Collect(completed);
        int next = cursor.Next;
        var (pieces, milliseconds) = cursor.Take(budget, clock.Expect);
        int? measurement = clock.Begin(commands);
        Execute(device, commands, pieces);
        var done = recordings.Add(cursor, next, stepsDone, completed);
        clock.End(commands, measurement, done.Value, pieces);
        if (cursor.IsComplete)
        {
            finish?.Invoke();
        }
        return (pieces, milliseconds, done);
    }

    private void CancelPresent()
    {
        generation++;
        steps = null;
        CountDone();
    }

    private void CountDone() => isComplete = steps?.IsComplete ?? preparing != generation;

    private void RequireOpen() => ObjectDisposedException.ThrowIf(closed, typeof(NarSession));

    private void RequireRecordable(CommandBuffer commands, NarBudget budget)
    {
        RequireOpen();
        if (commands.Handle == 0)
        {
            throw new ArgumentException("There is no command buffer to record into: it is default(CommandBuffer).", nameof(commands));
        }
        if (budget.StepLimit < 1)
        {
            throw new ArgumentException("A budget comes from NarBudget.Steps, Milliseconds or Unlimited; default(NarBudget) allows nothing.", nameof(budget));
        }
    }

    /// <summary>A submission of decoding.</summary>
    internal readonly ref struct DecodingElsewhere(SessionRecorder recorder)
    {
        /// <summary>It is submitted.</summary>
        public void Dispose()
        {
            lock (recorder.gate)
            {
                recorder.decodingElsewhere = false;
            }
        }
    }
}
