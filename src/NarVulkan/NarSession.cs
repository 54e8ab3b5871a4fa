using NarVulkan.Generation;
using NarVulkan.Models;
using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>
/// Generates with a model: its own KV cache, recorded steps and random streams, over the model's weights. Cheap beside a model; a program has as many as it
/// wants to run at once. One generation at a time, driven in one of three ways: <see cref="Generate"/> blocks, <see cref="GenerateAsync"/> gives every
/// step, <see cref="Begin(NarGenerationRequest)"/> and <see cref="RecordStep"/> put the work into command buffers of the host. The same request gives the same tokens in each.
/// </summary>
/// <remarks>
/// Threads: any thread may call. Calls on one session run one after another; sessions run at once, also those of one model. What prepares (the
/// first generation of a shape and the first decoding allocate and record) takes turns with all that loads models or calls them in the same context.
/// </remarks>
public sealed class NarSession : IDisposable
{
    private readonly Lock gate = new();
    // Held by who waits for the device without the gate, so that nothing is freed meanwhile; taken after the gate.
    private readonly Lock waiting = new();
    private readonly SessionWork work;
    private readonly GeneratorSteps steps;
    private NarTexture? recordedTo;
    private long generation;
    private bool disposed;

    internal NarSession(NarModel model, SessionWork work)
    {
        Model = model;
        this.work = work;
        steps = new GeneratorSteps(model.Generator!.Weights.Schedule);
    }

    /// <summary>The model.</summary>
    public NarModel Model { get; }

    /// <summary>Steps of the present generation that were submitted or recorded; waits for nobody.</summary>
    public int StepsDone => work.StepsDone;

    /// <summary>Whether no step is left to submit or record, or no generation was begun; waits for nobody.</summary>
    public bool IsComplete => work.IsComplete;

    /// <summary>Generates and waits: for tools. What exists afterwards can be decoded into a texture, unless it took several batches.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="progress">Told about every finished step, on the calling thread.</param>
    /// <param name="cancellation">Heard after the step that is running.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    /// <exception cref="DeviceException">The device ran out of memory or failed.</exception>
    /// <exception cref="OperationCanceledException">The request was cancelled; the session stays usable.</exception>
    /// <exception cref="ObjectDisposedException">The session, its model or its context was disposed.</exception>
    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress = null, CancellationToken cancellation = default) =>
        new BlockingGeneration(this, request).Run(progress, cancellation);

    /// <summary>
    /// Generates step by step: each comes when it is complete, and the next one is submitted when it is asked for, so that nothing runs while the
    /// consumer holds a step. Waiting is done by a thread of the pool. Leaving the loop ends the generation.
    /// </summary>
    /// <param name="request">What to generate; its samples must fit side by side. Where it asks for frames, decoding is prepared with it.</param>
    /// <param name="cancellation">Ends the generation within one step.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do; thrown by this call, not by the loop.</exception>
    public IAsyncEnumerable<NarStep> GenerateAsync(NarGenerationRequest request, CancellationToken cancellation = default)
    {
        return new AsyncGeneration(this, request).Run(cancellation);
    }

    /// <summary>
    /// Begins a generation that <see cref="RecordStep"/> goes on with; one that is under way is given up, after what was recorded of it has run. The first
    /// one of a shape takes its time (memory, pipelines, recording): call it where a frame may take longer, or on another thread.
    /// </summary>
    /// <param name="request">What to generate; its samples must fit side by side. Where it asks for frames, decoding is prepared with it.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    /// <exception cref="DeviceException">The device ran out of memory or failed.</exception>
    public void Begin(NarGenerationRequest request)
    {
        var prepared = Prepare(request);
        Begin(prepared, 0, prepared.Samples, prepared.Decode);
    }

    /// <summary>
    /// Records the next steps, or a part of one, into a command buffer of the host. Barriers are ours: whatever the host does before and after in the
    /// command buffer needs none for our sake. Nothing of the host's state is kept: pipeline, descriptor sets and push constants are undefined after it.
    /// </summary>
    /// <param name="commands">
    /// A primary command buffer in the recording state, outside a render pass, from a pool of <see cref="NarContext.QueueFamily"/>. It is submitted once, to the
    /// context's queue, under the queue lock, and recordings are submitted in the order of the calls. Several may be in flight.
    /// </param>
    /// <param name="budget">How much to record.</param>
    /// <returns>What was recorded; empty where no step was left.</returns>
    /// <exception cref="ObjectDisposedException">The session, its model or its context was disposed.</exception>
    public NarRecording RecordStep(CommandBuffer commands, NarBudget budget)
    {
        lock (gate)
        {
            RequireAlive();
            return Watched(() => work.RecordSteps(commands, budget));
        }
    }

    /// <summary>
    /// Records the decoding of what exists by then into a command buffer of the host, or a part of it, as <see cref="RecordStep"/> does; the texture is written by
    /// the recording that completes it. Only a budget of milliseconds divides it.
    /// </summary>
    /// <param name="commands">As for <see cref="RecordStep"/>.</param>
    /// <param name="texture">Receives the pictures; the same one until a recording is complete.</param>
    /// <param name="budget">How much to record.</param>
    /// <exception cref="InvalidRequestException">The model has no tokenizer, or the texture is of another size.</exception>
    /// <exception cref="InvalidOperationException">No generation was begun.</exception>
    public NarRecording RecordDecode(CommandBuffer commands, NarTexture texture, NarBudget budget) => Decoding(texture, () =>
    {
        NarRecording recording = default;
        texture.Write(image =>
        {
            recording = work.RecordDecoding(commands, image, budget);
            return recording.IsComplete ? (work.Timeline, recording.Done.Value) : null;
        });
        recordedTo = texture;
        return recording;
    });

    /// <summary>
    /// Signals the end of a recording, for hosts that do not do so in their own submission: called once, after the submission. It costs one more,
    /// of no commands.
    /// </summary>
    public void Signal(in NarRecording recording)
    {
        lock (gate)
        {
            RequireAlive();
            if (!recording.IsEmpty)
            {
                ulong value = recording.Done.Value;
                Watched(() =>
                {
                    Model.Context.Vulkan.Queue.Signal(work.Timeline, value);
                    return 0;
                });
            }
        }
    }

    /// <summary>Takes the last recording back, where its command buffer is not submitted after all: the next one records the same again.</summary>
    /// <exception cref="InvalidOperationException">It is not the session's last recording.</exception>
    public void Discard(in NarRecording recording)
    {
        lock (gate)
        {
            RequireAlive();
            if (!recording.IsEmpty)
            {
                work.Discard(recording);
                recordedTo?.Unwrite(recording.Done);
            }
        }
    }

    /// <summary>A texture for pictures of this model, of as many samples as a request has.</summary>
    /// <exception cref="InvalidRequestException">The model has no tokenizer.</exception>
    /// <exception cref="DeviceException">Larger than the device's images may be, or no memory.</exception>
    public NarTexture CreateTexture(NarTextureOptions? options = null)
    {
        lock (gate)
        {
            RequireAlive();
            return Watched(() => Model.Context.CreateTexture(Shape(), options ?? new NarTextureOptions()));
        }
    }

    /// <summary>
    /// Submits the decoding of what exists so far and returns at once; the first one of a shape prepares it. A token that does not exist yet takes the code
    /// of the nearest one that does (by frames, rows and columns; of equally near ones the one that was sampled first).
    /// </summary>
    /// <param name="texture">Receives the pictures.</param>
    /// <param name="after">
    /// What must be reached before the texture is written: the host's last use of it on another queue. Null where it is used on the context's queue only, whose
    /// order is enough.
    /// </param>
    /// <returns>When the texture is ready, which <see cref="NarTexture.Ready"/> says too.</returns>
    /// <exception cref="InvalidRequestException">The model has no tokenizer, or the texture is of another size.</exception>
    /// <exception cref="InvalidOperationException">No generation was begun.</exception>
    public NarTimelinePoint Decode(NarTexture texture, NarTimelinePoint? after = null) => Decoding(texture, () =>
    {
        var queue = Model.Context.Vulkan.Queue;
        ulong value = 0;
        texture.Write(image => (queue.Timeline, value = work.SubmitDecoding(image, after)));
        return new NarTimelinePoint(queue.Timeline.Handle, value);
    });

    /// <summary>Waits for what was submitted or recorded, and reads the tokens of all samples: [samples, tokens] in raster order, -1 where one does not exist yet.</summary>
    /// <exception cref="InvalidOperationException">No generation was begun, or what was recorded was not signalled.</exception>
    public int[] ReadTokens()
    {
        lock (gate)
        {
            RequireAlive();
            var state = work.State ?? throw NothingBegun();
            return Watched(() =>
            {
                work.WaitForAll();
                var tokens = new int[state.Key.Samples * steps.TokenCount];
                state.ReadTokens(tokens);
                steps.HideFrom(tokens, work.StepsDone);
                return tokens;
            });
        }
    }

    /// <summary>Gives up the present generation: no step is left. What exists of it can still be read and decoded.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            generation++;
            work.Cancel();
        }
    }

    /// <summary>Waits for what was submitted or recorded and frees the session's memory.</summary>
    /// <exception cref="InvalidOperationException">Called from a progress callback of <see cref="NarModel.Generate"/>.</exception>
    public void Dispose()
    {
        using var turn = Model.Context.TakeTurn(evenIfDisposed: true);
        Model.Remove(this);
        Release();
    }

    /// <summary>Frees everything; the caller has the context's turn.</summary>
    internal void Release()
    {
        lock (gate)
        lock (waiting)
        {
            if (!disposed)
            {
                disposed = true;
                generation++;
                work.Dispose();
            }
        }
    }

    /// <summary>A request that was checked.</summary>
    internal PreparedRequest Prepare(NarGenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PreparedRequest.Check(request, Model);
    }

    /// <summary>Begins with some of a request's samples; the number of this generation is returned.</summary>
    internal long Begin(PreparedRequest prepared, int first, int count, bool decode)
    {
        prepared.RequireFits(count);
        using var turn = Model.TakeTurn();
        lock (gate)
        {
            RequireAlive();
            return Watched(() =>
            {
                work.Begin(prepared.KeyOf(count), prepared.Inputs, prepared.Request, first);
                if (decode)
                {
                    work.PrepareDecoding();
                }
                return ++generation;
            });
        }
    }

    /// <summary>Submits the next step of a generation; null where none is left.</summary>
    /// <exception cref="InvalidOperationException">Another generation was begun, or this one was cancelled.</exception>
    internal (int Step, ulong Value)? SubmitStep(long number)
    {
        lock (gate)
        {
            RequirePresent(number);
            return work.IsComplete ? null : Watched(() => (work.StepsDone, work.SubmitStep()));
        }
    }

    /// <summary>Waits for a submission of <see cref="SubmitStep"/>; others may use the session meanwhile.</summary>
    internal void Wait(ulong value)
    {
        lock (waiting)
        {
            RequireAlive();
            Watched(() =>
            {
                Model.Context.Vulkan.Queue.Wait(value);
                return 0;
            });
        }
    }

    /// <summary>Reads the results of a generation whose steps have run.</summary>
    internal void ReadResults(long number, Span<int> tokens, Span<float> logits)
    {
        lock (gate)
        {
            RequirePresent(number);
            var state = work.State!;
            state.ReadTokens(tokens);
            if (!logits.IsEmpty)
            {
                state.ReadLogits(logits);
            }
        }
    }

    /// <summary>What is reported of a step.</summary>
    internal NarStep StepAt(int index) => steps[index];

    /// <summary>Gives up a generation, unless it is the present one no more.</summary>
    internal void Cancel(long number)
    {
        lock (gate)
        {
            if (!disposed && generation == number)
            {
                Watched(() =>
                {
                    work.WaitForAll();
                    return 0;
                });
                work.Cancel();
            }
        }
    }

    private T Decoding<T>(NarTexture texture, Func<T> decode)
    {
        ArgumentNullException.ThrowIfNull(texture);
        lock (gate)
        {
            RequireDecodable(texture);
            if (work.CanDecode)
            {
                return Watched(decode);
            }
        }
        using var turn = Model.TakeTurn();
        lock (gate)
        {
            RequireDecodable(texture);
            return Watched(() =>
            {
                work.PrepareDecoding();
                return decode();
            });
        }
    }

    private void RequireDecodable(NarTexture texture)
    {
        RequireAlive();
        var shape = Shape();
        var state = work.State ?? throw NothingBegun();
        if (texture.Context != Model.Context)
        {
            throw new InvalidRequestException("the texture belongs to another context; create it with a session of the same one.");
        }
        if ((texture.Samples, texture.Frames, texture.Height, texture.Width) != (state.Key.Samples, shape.Frames, shape.Height, shape.Width))
        {
            throw new InvalidRequestException(
                $"a texture of {texture.Samples} sample(s) of {texture.Frames} x {texture.Height} x {texture.Width} pixels does not hold {state.Key.Samples} of {shape.Frames} x {shape.Height} x {shape.Width}; create one for the request's samples.");
        }
    }

    private PixelShape Shape()
    {
        var tokenizer = Model.Tokenizer ?? throw new InvalidRequestException($"model {Model.Info.Name} has no tokenizer, so its tokens cannot become pictures.");
        return tokenizer.ShapeOf(tokenizer.OwnGrid ?? Model.Generator!.Weights.Schedule.Grid);
    }

    private static InvalidOperationException NothingBegun() => new("No generation was begun with this session.");

    private void RequireAlive() => ObjectDisposedException.ThrowIf(disposed, this);

    private void RequirePresent(long number)
    {
        RequireAlive();
        if (number != generation)
        {
            throw new InvalidOperationException("The generation was given up: the session was cancelled or began another one.");
        }
    }

    private T Watched<T>(Func<T> call) => Model.Context.Watched(call);
}
