using NarVulkan.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// What a session has on the device: the recorded steps of its generation, the decoding of their tokens, and what submits them. Borrows the weights. One thread
/// at a time, but for the <see cref="Recorder"/>; what is said to prepare needs the context's turn besides.
/// </summary>
internal sealed class SessionWork : IDisposable
{
    // Before its pace is known, and where the queue has no timestamps, a device may be this much slower than the budget of work supposes.
    private const double UnknownPaceShare = 0.1;

    private readonly KernelSet kernels;
    private readonly VulkanDevice device;
    private readonly GeneratorWeights weights;
    private readonly IPixelTokenizer? tokenizer;
    private readonly bool isSigned;
    private readonly OwnedResources owned = new();
    private readonly PrimaryRing primaries;
    // Of what is submitted here; the recorder has one of its own for what the host submits. Both tell a piece what it took, and either is right.
    private readonly WorkClock clock;
    private SteppedGeneration? generation;
    private PictureChain? pictures;

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
            clock = owned.Add(new WorkClock(device));
            primaries = owned.Add(new PrimaryRing(device, "session"));
            Recorder = owned.Add(new SessionRecorder(device));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>Hands out what is prepared here.</summary>
    public SessionRecorder Recorder { get; }

    /// <summary>The generation; null before the first.</summary>
    public GenerationState? State => generation?.State;

    /// <summary>Whether decoding needs no preparation.</summary>
    public bool CanDecode => pictures is not null;

    /// <summary>Prepares a generation: records it where the last one was of another shape, and uploads its inputs.</summary>
    /// <param name="prepared">The request.</param>
    /// <param name="first">Its first sample that is generated.</param>
    /// <param name="count">Samples.</param>
    /// <param name="decode">Whether decoding is prepared too.</param>
    /// <returns>The generation's number.</returns>
    /// <exception cref="InvalidOperationException">The host did not submit what was recorded; nothing changes.</exception>
    public long Begin(PreparedRequest prepared, int first, int count, bool decode)
    {
        device.Queue.Wait(primaries.LastSubmitted);
        long number = Recorder.Detach();
        IReadOnlyList<RecordedPiece>? pieces = null;
        try
        {
            var key = prepared.KeyOf(count);
            if (generation is null || generation.State.Key != key)
            {
                DropRecordings();
                generation = new SteppedGeneration(kernels, weights, key);
            }
            generation.SetInputs(prepared.Inputs, prepared.Request, first);
            if (pictures is not null || decode)
            {
                PrepareDecoding();
            }
            pieces = generation.Pieces;
        }
        finally
        {
            Recorder.Attach(number, pieces);
        }
        return number;
    }

    /// <summary>Prepares the decoding of what the generation makes.</summary>
    public void PrepareDecoding()
    {
        pictures ??= new PictureChain(kernels, tokenizer!, weights, generation!, isSigned);
        Recorder.Attach(pictures);
    }

    /// <summary>Submits the next step; its number, and its value on the queue's timeline. Null where none is left.</summary>
    /// <exception cref="InvalidOperationException">Another generation was begun, or this one was cancelled.</exception>
    /// <exception cref="DeviceException">It was not submitted, or only in part; the next call submits what is left of it.</exception>
    public (int Step, ulong Value)? SubmitStep(long number)
    {
        if (Recorder.TakeStep(number) is not { } taken)
        {
            return null;
        }
        int submitted = 0;
        try
        {
            return (taken.Step, Submit(taken.Pieces, null, null, ref submitted));
        }
        catch
        {
            Recorder.GiveBack(taken, submitted);
            throw;
        }
    }

    /// <summary>Submits the decoding of what exists into an image; its value on the queue's timeline.</summary>
    public TimelineValue SubmitDecoding(DeviceImage image, NarTimelinePoint? after)
    {
        using var _ = Recorder.DecodeElsewhere();
        int submitted = 0;
        return new TimelineValue(device.Queue.Timeline, Submit(pictures!.Pieces, commands => image.CopyFrom(commands, pictures.Packed), after, ref submitted));
    }

    /// <summary>Waits for everything that was submitted or recorded; the steps that it was.</summary>
    /// <exception cref="InvalidOperationException">The host did not submit what was recorded.</exception>
    public int WaitForAll()
    {
        device.Queue.Wait(primaries.LastSubmitted);
        return Recorder.WaitForRecorded().StepsDone;
    }

    /// <summary>Waits for what was submitted; the recorder was closed before.</summary>
    public void Dispose()
    {
        device.Queue.TryWait(primaries.LastSubmitted);
        Recorder.Dispose();
        DropRecordings();
        owned.Dispose();
    }

    private void DropRecordings()
    {
        pictures?.Dispose();
        generation?.Dispose();
        (pictures, generation) = (null, null);
    }

    /// <summary>In submissions of bounded time, as far as it is known, and work; <paramref name="finish"/> goes into the last one. <paramref name="submitted"/> counts the pieces, also where it fails on the way.</summary>
    private ulong Submit(IReadOnlyList<RecordedPiece> pieces, Action<CommandBuffer>? finish, NarTimelinePoint? after, ref int submitted)
    {
        ulong value = 0;
        for (int first = 0, end; first < pieces.Count; first = end)
        {
            clock.Collect(device.Queue.Completed);
            double share = clock.IsMeasured ? 1 : UnknownPaceShare;
            end = first + new SubmissionCut(share * device.Profile.WorkBudget, device.Profile.SubmissionSeconds).Take(pieces, first, slowdown: 1, clock.SecondsPerWork);
            var part = pieces.Skip(first).Take(end - first).ToArray();
            bool isLast = end == pieces.Count;
            try
            {
                // What must be waited for concerns the image alone, and that is written last.
                value = primaries.Submit(
                    commands =>
                    {
                        int? measurement = clock.Begin(commands);
                        SessionRecorder.Execute(device, commands, part);
                        clock.End(commands, measurement, WorkClock.NotSubmitted, part);
                        if (isLast)
                        {
                            finish?.Invoke(commands);
                        }
                    },
                    isLast ? after : null);
            }
            catch
            {
                clock.Drop(WorkClock.NotSubmitted);
                throw;
            }
            clock.Submitted(value);
            submitted = end;
        }
        return value;
    }
}
