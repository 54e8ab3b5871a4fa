using NarVulkan.Models;

namespace NarVulkan.Generation;

/// <summary>
/// Drives a session: submits its work, waits for it, prepares and frees it. Calls run one after another, but for waiting for a step, meanwhile others may use the
/// session; none is made by a thread that holds the queue lock, which is taken behind the locks here.
/// </summary>
/// <param name="model">The model that the session is of.</param>
/// <param name="work">What the session has on the device; owned.</param>
internal sealed class SessionDriver(NarModel model, SessionWork work)
{
    // Held by who submits or waits: work and its memory are theirs. After the context's turn.
    private readonly Lock driving = new();
    // Held by who waits for the device without driving, so that nothing is freed meanwhile; taken after driving.
    private readonly Lock waiting = new();
    private readonly GeneratorSteps steps = new(model.Generator!.Weights.Schedule);
    private volatile bool disposed;

    /// <summary>The model.</summary>
    public NarModel Model => model;

    /// <summary>What was handed out, and hands out to the host; from any thread, also one that holds the queue lock.</summary>
    public SessionRecorder Recorder => work.Recorder;

    /// <summary>A request that was checked, with features in place of its prompts.</summary>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    public PreparedRequest Prepare(NarGenerationRequest request, CancellationToken cancellation)
    {
        model.Context.Vulkan.Queue.RequireLockNotHeld();
        RequireAlive();
        return PreparedRequest.Check(model.EncodePrompts(request, cancellation), model);
    }

    /// <summary>How many of a request's samples are generated side by side.</summary>
    public int Fit(PreparedRequest prepared)
    {
        using var turn = model.TakeTurn();
        return prepared.Fit();
    }

    /// <summary>Begins with some of a request's samples; the number of this generation is returned.</summary>
    /// <exception cref="InvalidOperationException">The host did not submit what was recorded; nothing changes.</exception>
    public long Begin(PreparedRequest prepared, int first, int count, bool decode)
    {
        using var turn = model.TakeTurn();
        prepared.RequireFits(count);
        return Drive(() => work.Begin(prepared, first, count, decode));
    }

    /// <summary>Submits the next step of a generation; null where none is left.</summary>
    /// <exception cref="InvalidOperationException">Another generation was begun, or this one was cancelled.</exception>
    public (int Step, ulong Value)? SubmitStep(long number) => Drive(() => work.SubmitStep(number));

    /// <summary>Waits for a submission of <see cref="SubmitStep"/>; others may use the session meanwhile.</summary>
    public void Wait(ulong value)
    {
        lock (waiting)
        {
            RequireAlive();
            Watched(() =>
            {
                model.Context.Vulkan.Queue.Wait(value);
                return 0;
            });
        }
    }

    /// <summary>Reads the results of a generation whose steps have run.</summary>
    public void ReadResults(long number, Span<int> tokens, Span<float> logits)
    {
        lock (driving)
        {
            RequireAlive();
            Recorder.RequirePresent(number);
            var state = work.State!;
            state.ReadTokens(tokens);
            if (!logits.IsEmpty)
            {
                state.ReadLogits(logits);
            }
        }
    }

    /// <summary>Waits for everything, and reads the tokens as <see cref="NarSession.ReadTokens"/> does.</summary>
    public int[] ReadTokens() => Drive(() =>
    {
        var state = work.State ?? throw NothingBegun();
        int stepsDone = work.WaitForAll();
        var tokens = new int[state.Key.Samples * steps.TokenCount];
        state.ReadTokens(tokens);
        steps.HideFrom(tokens, stepsDone);
        return tokens;
    });

    /// <summary>Submits the decoding of what exists.</summary>
    public NarTimelinePoint Decode(NarTexture texture, NarTimelinePoint? after)
    {
        var done = Drive(() =>
        {
            RequireDecodable(texture);
            return work.CanDecode ? Submit() : (NarTimelinePoint?)null;
        });
        if (done is { } point)
        {
            return point;
        }
        using var turn = model.TakeTurn();
        return Drive(() =>
        {
            RequireDecodable(texture);
            work.PrepareDecoding();
            return Submit();
        });

        NarTimelinePoint Submit() => texture.Submit(image => work.SubmitDecoding(image, after));
    }

    /// <summary>Records the decoding of what exists; prepares it first where nobody did.</summary>
    public NarRecording RecordDecode(Silk.NET.Vulkan.CommandBuffer commands, NarTexture texture, NarBudget budget)
    {
        NarRecording? recorded;
        while ((recorded = Watched(() => Recorder.RecordDecoding(commands, texture, budget))) is null)
        {
            using var turn = model.TakeTurn();
            Drive(() =>
            {
                RequireDecodable(texture);
                work.PrepareDecoding();
                return 0;
            });
        }
        return recorded.Value;
    }

    /// <summary>A texture for the model's pictures.</summary>
    public NarTexture CreateTexture(NarTextureOptions options) => Drive(() => model.Context.CreateTexture(Shape(), options));

    /// <summary>What is reported of a step.</summary>
    public NarStep StepAt(int index) => steps[index];

    /// <summary>Gives up a generation, unless it is the present one no more. Waits for nothing: whatever comes next does.</summary>
    public void Cancel(long number) => Recorder.Cancel(number);

    /// <summary>Frees everything; the caller has the context's turn.</summary>
    public void Release()
    {
        lock (driving)
        {
            if (disposed)
            {
                return;
            }
            disposed = true;
            Recorder.Close();
            lock (waiting)
            {
                work.Dispose();
            }
        }
    }

    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void RequireAlive() => ObjectDisposedException.ThrowIf(disposed, typeof(NarSession));

    /// <exception cref="InvalidOperationException">The caller holds the queue lock.</exception>
    public void RequireLockNotHeld() => model.Context.Vulkan.Queue.RequireLockNotHeld();

    private T Drive<T>(Func<T> call)
    {
        model.Context.Vulkan.Queue.RequireLockNotHeld();
        return Watched(() =>
        {
            lock (driving)
            {
                RequireAlive();
                return call();
            }
        });
    }

    private T Watched<T>(Func<T> call) => model.Context.Watched(call);

    private void RequireDecodable(NarTexture texture)
    {
        var shape = Shape();
        TextureCheck.Holds(texture, (work.State ?? throw NothingBegun()).Key.Samples, shape);
    }

    private PixelShape Shape()
    {
        var tokenizer = model.Tokenizer ?? throw new InvalidRequestException($"model {model.Info.Name} has no tokenizer, so its tokens cannot become pictures.");
        return tokenizer.ShapeOf(tokenizer.OwnGrid ?? model.Generator!.Weights.Schedule.Grid);
    }

    private static InvalidOperationException NothingBegun() => new("No generation was begun with this session.");
}
