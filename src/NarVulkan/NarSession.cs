using NarVulkan.Generation;
using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>
/// Generates with a model: its own KV cache, recorded steps and random streams, over the model's weights. Cheap beside a model; a program has as many as it
/// wants to run at once. One generation at a time, driven in one of three ways: <see cref="Generate"/> blocks, <see cref="GenerateAsync"/> gives every
/// step, <see cref="Begin(NarGenerationRequest)"/> and <see cref="RecordStep"/> put the work into command buffers of the host. The same request gives the same tokens in each.
/// </summary>
/// <remarks>
/// Threads: any thread may call. <see cref="StepsDone"/> and <see cref="IsComplete"/> never block. <see cref="RecordStep"/>, <see cref="RecordDecode"/> once
/// <see cref="Begin(NarGenerationRequest)"/> prepared decoding (<see cref="NarGenerationRequest.DecodeFrames"/>, the default), <see cref="Signal"/>, <see cref="Discard"/> and <see cref="Cancel()"/> wait for nothing but each other's moments, and may be called while holding the queue lock of
/// <see cref="NarContext.Create(Vk, Instance, PhysicalDevice, Device, Queue, uint, object, NarHostOptions?)"/>. The others submit, or wait for the device: on one session they run one after
/// another, those of several run at once, also of one model, and under the queue lock they throw <see cref="InvalidOperationException"/> at once. What prepares (the first generation of a
/// shape and the first decoding allocate and record) takes turns with all that loads models or calls them in the same context.
/// </remarks>
public sealed class NarSession : IDisposable
{
    private readonly SessionDriver driver;

    internal NarSession(NarModel model, SessionWork work) => driver = new SessionDriver(model, work);

    /// <summary>The model.</summary>
    public NarModel Model => driver.Model;

    /// <summary>What the ways of driving go through.</summary>
    internal SessionDriver Driver => driver;

    /// <summary>Steps of the present generation that were submitted or recorded; never blocks.</summary>
    public int StepsDone => driver.Recorder.StepsDone;

    /// <summary>Whether no step is left to submit or record, or no generation was begun; false while one is being prepared. Never blocks.</summary>
    public bool IsComplete => driver.Recorder.IsComplete;

    /// <summary>Generates and waits: for tools. What exists afterwards can be decoded into a texture, unless it took several batches.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="progress">Told about every finished step, on the calling thread.</param>
    /// <param name="cancellation">Heard after the step that is running.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    /// <exception cref="DeviceException">The device ran out of memory or failed.</exception>
    /// <exception cref="InvalidOperationException">What was recorded before was not signalled, or the caller holds the queue lock.</exception>
    /// <exception cref="OperationCanceledException">The request was cancelled; the session stays usable.</exception>
    /// <exception cref="ObjectDisposedException">The session, its model or its context was disposed.</exception>
    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress = null, CancellationToken cancellation = default) =>
        new BlockingGeneration(driver, request, cancellation).Run(progress, cancellation);

    /// <summary>
    /// Generates step by step: each comes when it is complete, and the next one is submitted when it is asked for, so that nothing runs while the
    /// consumer holds a step. All that takes time, preparing and waiting, is done by threads of the pool; this call only checks the request. Leaving the loop
    /// ends the generation.
    /// </summary>
    /// <param name="request">What to generate; its samples must fit side by side. Where it asks for frames, decoding is prepared with it.</param>
    /// <param name="cancellation">Ends the generation within one step.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do; thrown by this call, not by the loop, unless it concerns the device's memory.</exception>
    /// <exception cref="InvalidOperationException">The caller holds the queue lock; the loop throws it where a step is asked for under it, which ends the generation.</exception>
    public IAsyncEnumerable<NarStep> GenerateAsync(NarGenerationRequest request, CancellationToken cancellation = default)
    {
        Model.Context.Vulkan.Queue.RequireLockNotHeld();
        driver.RequireAlive();
        return new StepLoop(driver, Model.Check(request)).Run(cancellation);
    }

    /// <summary>
    /// Begins a generation that <see cref="RecordStep"/> goes on with; one that is under way is given up, after what was recorded of it has run. The first
    /// one of a shape takes its time (memory, pipelines, recording): call it where a frame may take longer, or on another thread, while frames record nothing.
    /// </summary>
    /// <param name="request">What to generate; its samples must fit side by side. Where it asks for frames, decoding is prepared with it.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    /// <exception cref="DeviceException">The device ran out of memory or failed.</exception>
    /// <exception cref="InvalidOperationException">What was recorded before was neither signalled nor discarded, and goes on as it was; or the caller holds the queue lock.</exception>
    public void Begin(NarGenerationRequest request)
    {
        var prepared = driver.Prepare(request, CancellationToken.None);
        driver.Begin(prepared, 0, prepared.Samples, prepared.Decode);
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
    /// <returns>What was recorded; empty where no step was left, or another thread is still preparing them.</returns>
    /// <exception cref="ArgumentException">There is no command buffer, or the budget is <c>default</c>.</exception>
    /// <exception cref="ObjectDisposedException">The session, its model or its context was disposed.</exception>
    public NarRecording RecordStep(CommandBuffer commands, NarBudget budget) => Model.Context.Watched(() => driver.Recorder.RecordSteps(commands, budget));

    /// <summary>
    /// Records the decoding of what exists by then into a command buffer of the host, or a part of it, as <see cref="RecordStep"/> does; the texture is written by
    /// the recording that completes it. Only a budget of milliseconds divides it. Where decoding was not prepared by <see cref="Begin(NarGenerationRequest)"/> the first one does
    /// so, and takes its time.
    /// </summary>
    /// <param name="commands">As for <see cref="RecordStep"/>.</param>
    /// <param name="texture">Receives the pictures; the same one until a recording is complete.</param>
    /// <param name="budget">How much to record.</param>
    /// <returns>What was recorded; empty while another thread prepares a generation or is within <see cref="Decode"/>.</returns>
    /// <exception cref="InvalidRequestException">The model has no tokenizer, or the texture is of another size.</exception>
    /// <exception cref="InvalidOperationException">No generation was begun; or decoding is still to be prepared, and the caller holds the queue lock.</exception>
    public NarRecording RecordDecode(CommandBuffer commands, NarTexture texture, NarBudget budget)
    {
        ArgumentNullException.ThrowIfNull(texture);
        TextureCheck.IsOf(texture, Model.Context);
        return driver.RecordDecode(commands, texture, budget);
    }

    /// <summary>
    /// Signals the end of a recording, for hosts that do not do so in their own submission: called once, after the submission. It costs one more,
    /// of no commands.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was signalled already, was discarded, or is another session's.</exception>
    public void Signal(in NarRecording recording)
    {
        driver.RequireAlive();
        if (!recording.IsEmpty)
        {
            var signalled = recording;
            Model.Context.Watched(() =>
            {
                driver.Recorder.Signal(signalled);
                return 0;
            });
        }
    }

    /// <summary>
    /// Takes the last recording back, where its command buffer is not submitted after all: the next one records the same again. So may be done with the one before it, then.
    /// A submission is known of once <see cref="Signal"/> was called or the recording has run. One that the host signals itself and that is still in flight is not: it may be
    /// discarded and runs all the same, then what is recorded next runs again, and whatever waits or frees waits for both.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not the session's last recording, was discarded already, was signalled, or has run.</exception>
    public void Discard(in NarRecording recording)
    {
        driver.RequireAlive();
        if (!recording.IsEmpty)
        {
            var last = recording;
            Model.Context.Watched(() =>
            {
                driver.Recorder.Discard(last);
                return 0;
            });
        }
    }

    /// <summary>A texture for pictures of this model, of as many samples as a request has.</summary>
    /// <exception cref="InvalidRequestException">The model has no tokenizer, or the options name what there is not.</exception>
    /// <exception cref="DeviceException">Larger than the device's images may be, or no memory.</exception>
    public NarTexture CreateTexture(NarTextureOptions? options = null) => driver.CreateTexture(options ?? new NarTextureOptions());

    /// <summary>
    /// Submits the decoding of what exists so far and returns at once; the first one of a shape prepares it. A token that does not exist yet takes the code
    /// of the nearest one that does (by frames, rows and columns; of equally near ones the one that was sampled first).
    /// </summary>
    /// <param name="texture">Receives the pictures.</param>
    /// <param name="after">
    /// What must be reached before the texture is written: the host's last use of it on another queue. Null where it is used on the context's queue only, whose
    /// order is enough; a point of no semaphore, as <see cref="NarTexture.Ready"/> is before the first decoding, stands for the same.
    /// </param>
    /// <returns>When the texture is ready, which <see cref="NarTexture.Ready"/> says too.</returns>
    /// <exception cref="InvalidRequestException">The model has no tokenizer, or the texture is of another size.</exception>
    /// <exception cref="InvalidOperationException">No generation was begun, or the caller holds the queue lock.</exception>
    public NarTimelinePoint Decode(NarTexture texture, NarTimelinePoint? after = null)
    {
        ArgumentNullException.ThrowIfNull(texture);
        TextureCheck.IsOf(texture, Model.Context);
        return driver.Decode(texture, after);
    }

    /// <summary>Waits for what was submitted or recorded, and reads the tokens of all samples: [samples, tokens] in raster order, -1 where one does not exist yet.</summary>
    /// <exception cref="InvalidOperationException">No generation was begun, what was recorded was neither signalled nor discarded, or the caller holds the queue lock.</exception>
    public int[] ReadTokens() => driver.ReadTokens();

    /// <summary>Gives up the present generation: no step is left. What exists of it can still be read and decoded.</summary>
    public void Cancel() => driver.Recorder.Cancel();

    /// <summary>
    /// Waits for what was submitted and frees the session's memory. As with all objects of Vulkan, command buffers of the host that recordings of this session
    /// are in and that were not submitted yet must not be any more.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called from a progress callback of <see cref="NarModel.Generate"/>, or the caller holds the queue lock.</exception>
    public void Dispose()
    {
        using var turn = Model.Context.TakeTurn(evenIfDisposed: true);
        Model.Remove(this);
        Release();
    }

    /// <summary>Frees everything; the caller has the context's turn.</summary>
    internal void Release() => driver.Release();
}
