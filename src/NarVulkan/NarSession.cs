using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>
/// Generates with a model: its own KV cache, recorded steps and random streams, over the model's weights. Cheap beside a model; a program has as many as it
/// wants to run at once. One generation at a time, driven in one of three ways: <see cref="Generate"/> blocks, <see cref="GenerateAsync"/> gives every
/// step, <see cref="Begin"/> and <see cref="RecordStep"/> put the work into command buffers of the host. The same request gives the same tokens in each.
/// </summary>
/// <remarks>
/// Threads: any thread may call; calls on one session run one after another. Sessions run at once, also those of one model; what prepares a generation
/// (the first one of its kind allocates and records) and what loads models takes turns within a context.
/// </remarks>
public sealed class NarSession : IDisposable
{
    internal NarSession(NarModel model) => Model = model;

    /// <summary>The model.</summary>
    public NarModel Model { get; }

    /// <summary>Steps of the generation that is under way or was the last; 0 before the first.</summary>
    public int StepsDone => 0;

    /// <summary>Generates and waits: for tools.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="progress">Told about every finished step, on the calling thread.</param>
    /// <param name="cancellation">Heard after the step that is running.</param>
    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Generates step by step: each comes when it is complete, and the next one is submitted when it is asked for, so that nothing runs while the
    /// consumer holds a step. Leaving the loop ends the generation.
    /// </summary>
    /// <param name="request">What to generate; its samples must fit side by side.</param>
    /// <param name="cancellation">Ends the generation within one step.</param>
    public IAsyncEnumerable<NarStep> GenerateAsync(NarGenerationRequest request, CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Begins a generation that <see cref="RecordStep"/> goes on with; one that is under way is given up.</summary>
    /// <param name="request">What to generate; its samples must fit side by side.</param>
    public void Begin(NarGenerationRequest request) => throw new NotSupportedException();

    /// <summary>
    /// Records the next steps, or a part of one, into a command buffer of the host: of the context's queue family, recording, outside a render pass.
    /// Barriers are ours.
    /// </summary>
    /// <param name="commands">The host's primary command buffer. It is submitted once, to the context's queue, in the order of the calls, under the queue lock.</param>
    /// <param name="budget">How much to record.</param>
    public NarRecording RecordStep(CommandBuffer commands, NarBudget budget) => throw new NotSupportedException();

    /// <summary>Records the decoding of what exists so far into a texture, or a part of it: as <see cref="RecordStep"/>.</summary>
    public NarRecording RecordDecode(CommandBuffer commands, NarTexture texture, NarBudget budget) => throw new NotSupportedException();

    /// <summary>Signals the end of a recording, for hosts that do not do so in their own submission: called after it, on whatever thread.</summary>
    public void Signal(in NarRecording recording) => throw new NotSupportedException();

    /// <summary>A texture for this model's pictures.</summary>
    public NarTexture CreateTexture(NarTextureOptions? options = null) => throw new NotSupportedException();

    /// <summary>
    /// Submits the decoding of what exists so far and returns at once; a token that does not exist yet takes the code of the nearest one that does
    /// (by frames, rows and columns; of equally near ones the one that was sampled first).
    /// </summary>
    /// <param name="texture">Receives the pictures.</param>
    /// <param name="after">What must be reached before the texture is written: the host's last use of it on another queue; null where it is used on the context's queue only.</param>
    /// <returns>When the texture is ready, which <see cref="NarTexture.Ready"/> says too.</returns>
    public NarTimelinePoint Decode(NarTexture texture, NarTimelinePoint? after = null) => throw new NotSupportedException();

    /// <summary>Tokens of all samples, [samples, tokens] in raster order; -1 where one does not exist yet. Waits for what is in flight.</summary>
    public int[] ReadTokens() => throw new NotSupportedException();

    /// <summary>Gives up the generation that is under way.</summary>
    public void Cancel() => throw new NotSupportedException();

    /// <summary>Waits for what is in flight and frees the session's memory.</summary>
    public void Dispose()
    {
    }
}
