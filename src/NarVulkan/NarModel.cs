using System.Diagnostics;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Models;

namespace NarVulkan;

/// <summary>
/// A model folder on a device: a token generator, a tokenizer, or both. Owns its weights and recordings; ends with its
/// context at the latest. Calls may come from any thread; those of all models of a context run one after another, and none
/// may be made from a progress callback.
/// </summary>
public sealed class NarModel : IDisposable, IContextOwned
{
    private readonly NarContext context;
    private readonly IPixelTokenizer? tokenizer;
    private readonly PromptPart? prompts;
    private readonly TokenGrid? generatedGrid;
    private readonly List<NarSession> sessions = [];
    private TokenGenerator? generator;
    private bool disposed;

    private NarModel(NarContext context, NarModelInfo info, TokenGenerator? generator, IPixelTokenizer? tokenizer, PromptPart? prompts = null)
    {
        this.context = context;
        Info = info;
        this.generator = generator;
        generatedGrid = generator?.Weights.Schedule.Grid;
        this.tokenizer = tokenizer;
        this.prompts = prompts;
    }

    /// <summary>What the model is.</summary>
    public NarModelInfo Info { get; }

    /// <summary>What generates; null where the folder has only a tokenizer.</summary>
    internal TokenGenerator? Generator => generator;

    /// <summary>Where it is loaded.</summary>
    internal NarContext Context => context;

    /// <summary>Decodes tokens to pixels; null where the folder has none or it was not loaded.</summary>
    internal IPixelTokenizer? Tokenizer => tokenizer;

    /// <summary>Loads a model folder: <c>narvk.json</c>, or one as it comes from a hub.</summary>
    /// <param name="context">Device to load to.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="options">What to load and how; null loads everything with automatic precision.</param>
    /// <exception cref="ModelFileException">A file is missing, damaged, or not what the folder says.</exception>
    /// <exception cref="DeviceException">The device has no memory for the weights, or failed.</exception>
    public static NarModel Load(NarContext context, string directory, NarLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(directory);
        options ??= new NarLoadOptions();
        using var turn = context.TakeTurn();
        return context.Watched(() => Load(context, ModelFolder.Open(directory), options));
    }

    private static NarModel Load(NarContext context, ModelFolder folder, NarLoadOptions options)
    {
        var report = new LoadReport(options.Progress);
        if (options.VerifyChecksums)
        {
            ModelChecksums.Verify(folder.Directory, ModelChecksums.FilesOf(folder, options.Generator, options.Tokenizer), report.Verified);
        }
        ModelLoading.LoadedGenerator? generator = null;
        IPixelTokenizer? tokenizer = null;
        try
        {
            tokenizer = options.Tokenizer && folder.Tokenizer is { } pixels ? ModelLoading.OpenTokenizer(context, pixels, options) : null;
            if (options.Generator && folder.Generator is { } tokens)
            {
                report.Expect(tokenizer?.DecoderTensors ?? []);
                generator = ModelLoading.LoadGenerator(context, tokens, options, report);
            }
            if (generator is null && tokenizer is null)
            {
                throw new ModelFileException(folder.Directory, !options.Generator ? "describes no tokenizer; add \"tokenizer\" to narvk.json."
                    : folder.Text is null ? "describes neither a generator nor a tokenizer." : "describes a text encoder alone, which cannot generate or decode; name it in the narvk.json of a generator.");
            }
            if (generator is not null && tokenizer is not null)
            {
                ModelLoading.CheckPair(folder.Directory, generator.Engine.Weights, tokenizer);
                tokenizer.LoadDecoder(report.Loaded);
            }
            report.Finish();
            var info = ModelLoading.Describe(folder, generator, tokenizer);
            var model = new NarModel(context, info, generator?.Engine, tokenizer, info.TakesPrompts ? new PromptPart(context, folder, options) : null);
            context.Add(model);
            return model;
        }
        catch
        {
            generator?.Engine.Dispose();
            tokenizer?.Dispose();
            throw;
        }
    }

    /// <summary>Makes a generator of random weights, of any size, without a file: for timing, and for trying devices. It has no tokenizer.</summary>
    /// <param name="context">Device to load to.</param>
    /// <param name="random">What to make. The same description gives the same weights everywhere.</param>
    /// <param name="options">How to load; null chooses the precision automatically.</param>
    /// <exception cref="InvalidRequestException">A size is none that a generator can have, or sizes contradict each other.</exception>
    /// <exception cref="DeviceException">The device has no memory for the weights, or failed.</exception>
    public static NarModel CreateRandom(NarContext context, NarRandomModel random, NarLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(random);
        options ??= new NarLoadOptions();
        var folder = RandomModelLoading.Describe(random);
        using var turn = context.TakeTurn();
        using var file = RandomModelLoading.Weights(random, folder.Generator!);
        var generator = context.Watched(() => ModelLoading.LoadGenerator(context, file, folder.Generator!, options, new LoadReport(options.Progress)));
        try
        {
            var model = new NarModel(context, ModelLoading.Describe(folder, generator, tokenizer: null), generator.Engine, tokenizer: null);
            context.Add(model);
            return model;
        }
        catch
        {
            generator.Engine.Dispose();
            throw;
        }
    }

    /// <summary>Generates tokens for every sample of a request, and decodes them where asked.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="progress">Told about every finished step, on the calling thread.</param>
    /// <param name="cancellation">Ends the request between two submissions.</param>
    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    /// <exception cref="DeviceException">The device ran out of memory or failed.</exception>
    /// <exception cref="OperationCanceledException">The request was cancelled; the model stays usable.</exception>
    /// <exception cref="ObjectDisposedException">The model or its context was disposed.</exception>
    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireGenerator();
        request = RequestCheck.Complete(request, Info);
        if (request.DecodeFrames && tokenizer is null)
        {
            throw new InvalidRequestException($"model {Info.Name} has no tokenizer, so its tokens cannot become frames; ask for tokens or logits only.");
        }
        using (TakeTurn())
        {
            request = context.Watched(() => WithoutPrompts(request, cancellation));
            var engine = Engine();
            var inputs = RequestCheck.Inputs(request, Info, engine.Weights);
            int samples = request.Classes.Count;
            var tokens = new int[checked(samples * Info.TokenCount)];
            var logits = request.KeepLogits ? PixelCheck.Allocate(samples, (long)Info.TokenCount * Info.Vocabulary, "logits") : null;
            var grid = tokenizer?.OwnGrid ?? engine.Weights.Schedule.Grid;
            var frames = request.DecodeFrames ? PixelCheck.Allocate(samples, tokenizer!.ShapeOf(grid).Values, "pixel") : null;
            var (record, prefill, steps) = context.Watched(() => engine.Generate(inputs, request, tokens, logits, progress, cancellation));
            long start = Stopwatch.GetTimestamp();
            if (frames is not null)
            {
                int allSteps = Info.Steps, allTokens = tokens.Length;
                progress?.Report(new NarProgress("decode", allSteps, allSteps, allTokens, allTokens));
                DecodePixels(tokens, samples, grid, frames, cancellation);
            }
            return new NarGenerationResult
            {
                Tokens = tokens,
                Logits = logits,
                Frames = frames,
                Timings = new NarTimings(record, prefill, steps, Stopwatch.GetElapsedTime(start).TotalSeconds),
            };
        }
    }

    /// <summary>A session, which generates beside others over the same weights; it ends with the model at the latest.</summary>
    /// <exception cref="InvalidRequestException">The model has only a tokenizer.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">The model or its context was disposed.</exception>
    public NarSession CreateSession()
    {
        RequireGenerator();
        using (TakeTurn())
        {
            var session = context.Watched(() => new NarSession(this, new SessionWork(context.Kernels, Engine().Weights, tokenizer, Info.Media == NarMedia.Image)));
            sessions.Add(session);
            return session;
        }
    }

    /// <summary>Decodes tokens to pixels.</summary>
    /// <param name="tokens">int32 [batch, tokens], raster order, each below the codebook's size.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="grid">How the tokens lie, [rows, columns] or [frames, rows, columns]; null: as <see cref="NarModelInfo.Grid"/> says.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <returns>float32 [batch, 3, frames, height, width], unclamped, nominally 0..1 for clips and -1..1 for images (of one frame).</returns>
    /// <exception cref="InvalidRequestException">There is no tokenizer, or the tokens or the grid are not of its shape or range.</exception>
    public float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid = null, CancellationToken cancellation = default)
    {
        var pixels = tokenizer ?? throw new InvalidRequestException($"model {Info.Name} has no tokenizer; it cannot decode.");
        var lattice = PixelCheck.Grid(grid, pixels, generatedGrid, Info.Name);
        PixelCheck.Tokens(tokens, batch, lattice, pixels.Vocabulary);
        using (TakeTurn())
        {
            var frames = PixelCheck.Allocate(batch, pixels.ShapeOf(lattice).Values, "pixel");
            DecodePixels(tokens, batch, lattice, frames, cancellation);
            return frames;
        }
    }

    /// <summary>Encodes pixels to tokens.</summary>
    /// <param name="pixels">float32 [batch, 3, frames, height, width]: clips in 0..1, images (of one frame) in -1..1.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="grid">How many tokens of each dimension they become, as for <see cref="Decode"/>.</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    /// <returns>int32 [batch, tokens], raster order.</returns>
    /// <exception cref="InvalidRequestException">There is no tokenizer, or the pixels or the grid are not of its shape.</exception>
    public int[] Encode(ReadOnlySpan<float> pixels, int batch, IReadOnlyList<int>? grid = null, CancellationToken cancellation = default)
    {
        var encoder = tokenizer ?? throw new InvalidRequestException($"model {Info.Name} has no tokenizer; it cannot encode.");
        var lattice = PixelCheck.Grid(grid, encoder, generatedGrid, Info.Name);
        PixelCheck.Pixels(pixels, batch, encoder.ShapeOf(lattice));
        using (TakeTurn())
        {
            var codes = new int[checked(batch * lattice.Count)];
            try
            {
                encoder.Encode(pixels, batch, lattice, codes, cancellation);
            }
            catch (DeviceException e)
            {
                context.Tell(e);
                throw;
            }
            return codes;
        }
    }

    /// <summary>Frees the recordings, the sessions and the weights, after a call that is running in another thread.</summary>
    /// <exception cref="InvalidOperationException">Called from a progress callback of <see cref="Generate"/>, or while holding the queue lock.</exception>
    public void Dispose()
    {
        using (context.TakeTurn(evenIfDisposed: true))
        {
            if (!disposed)
            {
                context.Remove(this);
                Release();
            }
        }
    }

    void IContextOwned.Release() => Release();

    private void Release()
    {
        disposed = true;
        foreach (var session in sessions)
        {
            session.Release();
        }
        sessions.Clear();
        prompts?.Dispose();
        generator?.Dispose();
        tokenizer?.Dispose();
    }

    /// <summary>The request with features in place of its prompts.</summary>
    private NarGenerationRequest WithoutPrompts(NarGenerationRequest request, CancellationToken cancellation)
    {
        if (request is { Prompts: null, NegativePrompt: null })
        {
            return request;
        }
        RequestCheck.Prompts(request, Info);
        var (text, negative) = prompts!.Encode(request, ref generator, mayMakeRoom: sessions.Count == 0, cancellation);
        return request with { Text = text ?? request.Text, NegativeText = negative ?? request.NegativeText, Prompts = null, NegativePrompt = null };
    }

    /// <summary>Takes a session off the list of those that end with the model; the caller has the context's turn.</summary>
    internal void Remove(NarSession session) => sessions.Remove(session);

    /// <summary>A request of a session, complete and checked as far as that takes neither the device nor the text encoder. Never waits.</summary>
    internal NarGenerationRequest Check(NarGenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = RequestCheck.Complete(request, Info);
        // A session keeps the generator from making room for the encoder.
        var weights = generator!.Weights;
        if (request is { Prompts: null, NegativePrompt: null })
        {
            RequestCheck.Inputs(request, Info, weights);
        }
        else
        {
            RequestCheck.Prompts(request, Info);
            RequestCheck.Settings(request, Info, weights);
        }
        return request;
    }

    /// <summary>A request of a session, complete, with features in place of its prompts.</summary>
    internal NarGenerationRequest EncodePrompts(NarGenerationRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = RequestCheck.Complete(request, Info);
        if (request is { Prompts: null, NegativePrompt: null })
        {
            return request;
        }
        using (TakeTurn())
        {
            return context.Watched(() => WithoutPrompts(request, cancellation));
        }
    }

    private void RequireGenerator()
    {
        if (!Info.HasGenerator)
        {
            throw new InvalidRequestException($"model {Info.Name} has only a tokenizer; it cannot generate.");
        }
    }

    // Null only where prompts had it make room, and loading it again failed. The caller has the context's turn.
    private TokenGenerator Engine() => generator ??= prompts!.LoadGenerator();

    private void DecodePixels(ReadOnlySpan<int> tokens, int samples, TokenGrid grid, Span<float> frames, CancellationToken cancellation)
    {
        try
        {
            tokenizer!.Decode(tokens, samples, grid, frames, cancellation);
        }
        catch (DeviceException e)
        {
            context.Tell(e);
            throw;
        }
    }

    /// <summary>As the context's, while the model is not disposed.</summary>
    internal NarContext.Turn TakeTurn()
    {
        var turn = context.TakeTurn(evenIfDisposed: true);
        if (disposed)
        {
            turn.Dispose();
            throw new ObjectDisposedException(nameof(NarModel), $"model {Info.Name} was disposed");
        }
        return turn;
    }
}
