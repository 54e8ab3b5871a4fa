using NarVulkan.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// What a session has on the device: the recorded steps of its generation, the decoding of their tokens, and what submits them or puts them into command
/// buffers of the host. Borrows the weights. One thread at a time; what is said to prepare needs the context's turn besides.
/// </summary>
internal sealed unsafe class SessionWork : IDisposable
{
    private readonly KernelSet kernels;
    private readonly VulkanDevice device;
    private readonly GeneratorWeights weights;
    private readonly IPixelTokenizer? tokenizer;
    private readonly bool isSigned;
    private readonly OwnedResources owned = new();
    private readonly PrimaryRing primaries;
    private readonly WorkClock clock;
    private SteppedGeneration? generation;
    private PictureChain? pictures;
    private PieceCursor? steps, decoding;
    private ulong recordedValue;
    private (PieceCursor Cursor, int Next, int Steps)? undo;

    /// <param name="kernels">Kernels of the device.</param>
    /// <param name="weights">The generator; must outlive this.</param>
    /// <param name="tokenizer">What decodes; null where nothing does. Must outlive this.</param>
    /// <param name="isSigned">Whether decoded pixels are nominally -1..1.</param>
    public SessionWork(KernelSet kernels, GeneratorWeights weights, IPixelTokenizer? tokenizer, bool isSigned)
    {
        (this.kernels, this.weights, this.tokenizer, this.isSigned) = (kernels, weights, tokenizer, isSigned);
        device = kernels.Device;
        try
        {
            Timeline = owned.Add(new TimelineSemaphore(device, "session"));
            primaries = owned.Add(new PrimaryRing(device, "session"));
            clock = owned.Add(new WorkClock(device));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>Signalled by the host's recordings.</summary>
    public TimelineSemaphore Timeline { get; }

    /// <summary>The generation; null before the first.</summary>
    public GenerationState? State => generation?.State;

    /// <summary>Steps of it that were submitted or recorded.</summary>
    public int StepsDone { get; private set; }

    /// <summary>Whether nothing of it is left to do.</summary>
    public bool IsComplete => steps is null or { IsComplete: true };

    /// <summary>Whether decoding needs no preparation.</summary>
    public bool CanDecode => pictures is not null;

    /// <summary>Prepares a generation: records it where the last one was of another shape, and uploads its inputs.</summary>
    public void Begin(PlanKey key, GenerationInputs inputs, NarGenerationRequest request, int first)
    {
        WaitForAll();
        (steps, decoding, undo, StepsDone) = (null, null, null, 0);
        if (generation is null || generation.State.Key != key)
        {
            DropRecordings();
            generation = new SteppedGeneration(kernels, weights, key);
        }
        generation.SetInputs(inputs, request, first);
        steps = new PieceCursor(generation.Pieces);
    }

    /// <summary>Prepares the decoding of what the generation makes.</summary>
    public void PrepareDecoding() => pictures ??= new PictureChain(kernels, tokenizer!, weights, generation!, isSigned);

    /// <summary>Gives up the generation; what exists of it stays.</summary>
    public void Cancel() => (steps, undo) = (null, null);

    /// <summary>Submits the next step; its value on the queue's timeline.</summary>
    public ulong SubmitStep()
    {
        var taken = steps!.Take(NarBudget.Steps(1), clock.SecondsPerWork);
        StepsDone++;
        return Submit(taken, null, null);
    }

    /// <summary>Submits the decoding of what exists into an image; its value on the queue's timeline.</summary>
    public ulong SubmitDecoding(DeviceImage image, NarTimelinePoint? after)
    {
        // One that was recorded in part begins anew: it works in the same memory.
        decoding = null;
        return Submit(pictures!.Pieces, commands => image.CopyFrom(commands, pictures.Packed), after);
    }

    /// <summary>Records the next steps, or a part of one, into a command buffer of the host.</summary>
    public NarRecording RecordSteps(CommandBuffer commands, NarBudget budget)
    {
        int first = StepsDone;
        var done = steps is { IsComplete: false } ? Record(commands, steps, budget, null) : default;
        return new NarRecording(first, StepsDone - first, IsComplete, done);
    }

    /// <summary>Records decoding, from its beginning or from where the last recording ended, into a command buffer of the host.</summary>
    public NarRecording RecordDecoding(CommandBuffer commands, DeviceImage image, NarBudget budget)
    {
        if (decoding is null or { IsComplete: true })
        {
            decoding = new PieceCursor(pictures!.Pieces);
        }
        var cursor = decoding;
        var done = Record(commands, cursor, budget, recorded => image.CopyFrom(recorded, pictures!.Packed));
        return new NarRecording(StepsDone, 0, cursor.IsComplete, done);
    }

    /// <summary>Takes the last recording back: it will not be submitted.</summary>
    /// <exception cref="InvalidOperationException">It is not the last one.</exception>
    public void Discard(in NarRecording recording)
    {
        if (undo is not { } last || recording.Done != new NarTimelinePoint(Timeline.Handle, recordedValue))
        {
            throw new InvalidOperationException("Only the last recording of a session can be discarded, before anything else is asked of it.");
        }
        clock.Drop(recordedValue);
        recordedValue--;
        last.Cursor.Rewind(last.Next);
        (StepsDone, undo) = (last.Steps, null);
    }

    /// <summary>Waits for everything that was submitted or recorded.</summary>
    /// <exception cref="InvalidOperationException">The host did not signal what was recorded.</exception>
    public void WaitForAll()
    {
        device.Queue.Wait(primaries.LastSubmitted);
        Timeline.WaitForHost(recordedValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            WaitForAll();
        }
        catch (Exception e) when (e is DeviceException or InvalidOperationException)
        {
            // Lost, and nothing runs on it any more; or the host broke the contract and is told so.
            device.Notify(e is InvalidOperationException ? e.Message : null);
        }
        DropRecordings();
        owned.Dispose();
    }

    private void DropRecordings()
    {
        pictures?.Dispose();
        generation?.Dispose();
        (pictures, generation) = (null, null);
    }

    /// <summary>In submissions of bounded work; <paramref name="finish"/> goes into the last one.</summary>
    private ulong Submit(IReadOnlyList<RecordedPiece> pieces, Action<CommandBuffer>? finish, NarTimelinePoint? after)
    {
        ulong value = 0;
        for (int first = 0, end; first < pieces.Count; first = end)
        {
            double work = pieces[first].Work;
            for (end = first + 1; end < pieces.Count && work + pieces[end].Work <= device.Profile.WorkBudget; end++)
            {
                work += pieces[end].Work;
            }
            var part = pieces.Skip(first).Take(end - first).ToArray();
            bool isLast = end == pieces.Count;
            // What must be waited for concerns the image alone, and that is written last.
            value = primaries.Submit(
                commands =>
                {
                    Execute(commands, part);
                    if (isLast)
                    {
                        finish?.Invoke(commands);
                    }
                },
                isLast ? after : null);
        }
        return value;
    }

    private NarTimelinePoint Record(CommandBuffer commands, PieceCursor cursor, NarBudget budget, Action<CommandBuffer>? finish)
    {
        clock.Collect(Timeline.Completed);
        undo = (cursor, cursor.Next, StepsDone);
        var taken = cursor.Take(budget, clock.SecondsPerWork);
        recordedValue++;
        int? measurement = clock.Begin(commands);
        Execute(commands, taken);
        clock.End(commands, measurement, recordedValue, taken.Sum(piece => piece.Work));
        if (cursor.IsComplete)
        {
            finish?.Invoke(commands);
        }
        if (cursor == steps)
        {
            StepsDone += taken.Sum(piece => piece.CompletedSteps.Count);
        }
        return new NarTimelinePoint(Timeline.Handle, recordedValue);
    }

    private void Execute(CommandBuffer commands, IReadOnlyList<RecordedPiece> pieces)
    {
        var handles = pieces.Select(piece => piece.Commands).ToArray();
        fixed (CommandBuffer* all = handles)
        {
            device.Api.CmdExecuteCommands(commands, (uint)handles.Length, all);
        }
    }
}
