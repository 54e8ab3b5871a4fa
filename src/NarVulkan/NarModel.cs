using System.Diagnostics;
using NarVulkan.Checkpoints;
using NarVulkan.Generation;
using NarVulkan.Models;

namespace NarVulkan;

/// <summary>
/// A model folder on a device: a token generator, a tokenizer, or both. Owns its weights and recordings; ends with its
/// context at the latest. Calls may come from any thread; those of all models of a context run one after another, and none
/// may be made from a progress callback.
/// </summary>
public sealed class NarModel : IDisposable
{
    private readonly NarContext context;
    private readonly TokenGenerator? generator;
    private readonly IPixelTokenizer? tokenizer;
    private bool disposed;

    private NarModel(NarContext context, NarModelInfo info, TokenGenerator? generator, IPixelTokenizer? tokenizer)
    {
        this.context = context;
        Info = info;
        this.generator = generator;
        this.tokenizer = tokenizer;
    }

    /// <summary>What the model is.</summary>
    public NarModelInfo Info { get; }

    /// <summary>What generates; null where the folder has only a tokenizer.</summary>
    internal TokenGenerator? Generator => generator;

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
        var folder = ModelFolder.Open(directory);
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
                throw new ModelFileException(folder.Directory, options.Generator ? "describes neither a generator nor a tokenizer." : "describes no tokenizer; add \"tokenizer\" to narvk.json.");
            }
            if (generator is not null && tokenizer is not null)
            {
                ModelLoading.CheckPair(folder.Directory, generator.Engine.Weights, tokenizer);
                tokenizer.LoadDecoder(report.Loaded);
            }
            report.Finish();
            var model = new NarModel(context, ModelLoading.Describe(folder, generator, tokenizer), generator?.Engine, tokenizer);
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
        var generator = ModelLoading.LoadGenerator(context, file, folder.Generator!, options, new LoadReport(options.Progress));
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
        var engine = generator ?? throw new InvalidRequestException($"model {Info.Name} has only a tokenizer; it cannot generate.");
        var inputs = RequestCheck.Inputs(request, Info, engine.Weights);
        if (request.DecodeFrames && tokenizer is null)
        {
            throw new InvalidRequestException($"model {Info.Name} has no tokenizer, so its tokens cannot become frames; ask for tokens or logits only.");
        }
        using (TakeTurn())
        {
            int samples = request.Classes.Count;
            var tokens = new int[checked(samples * Info.TokenCount)];
            var logits = request.KeepLogits ? PixelCheck.Allocate(samples, (long)Info.TokenCount * Info.Vocabulary, "logits") : null;
            var grid = tokenizer?.OwnGrid ?? engine.Weights.Schedule.Grid;
            var frames = request.DecodeFrames ? PixelCheck.Allocate(samples, tokenizer!.ShapeOf(grid).Values, "pixel") : null;
            var (record, prefill, steps) = engine.Generate(inputs, request, tokens, logits, progress, cancellation);
            long start = Stopwatch.GetTimestamp();
            if (frames is not null)
            {
                int allSteps = Info.Steps, allTokens = tokens.Length;
                progress?.Report(new NarProgress("decode", allSteps, allSteps, allTokens, allTokens));
                tokenizer!.Decode(tokens, samples, grid, frames, cancellation);
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
        var lattice = PixelCheck.Grid(grid, pixels, generator?.Weights.Schedule.Grid, Info.Name);
        PixelCheck.Tokens(tokens, batch, lattice, pixels.Vocabulary);
        using (TakeTurn())
        {
            var frames = PixelCheck.Allocate(batch, pixels.ShapeOf(lattice).Values, "pixel");
            pixels.Decode(tokens, batch, lattice, frames, cancellation);
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
        var lattice = PixelCheck.Grid(grid, encoder, generator?.Weights.Schedule.Grid, Info.Name);
        PixelCheck.Pixels(pixels, batch, encoder.ShapeOf(lattice));
        using (TakeTurn())
        {
            var codes = new int[checked(batch * lattice.Count)];
            encoder.Encode(pixels, batch, lattice, codes, cancellation);
            return codes;
        }
    }

    /// <summary>Frees the recordings and the weights, after a call that is running in another thread.</summary>
    /// <exception cref="InvalidOperationException">Called from a progress callback.</exception>
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

    /// <summary>Frees everything; the caller has the context's turn.</summary>
    internal void Release()
    {
        disposed = true;
        generator?.Dispose();
        tokenizer?.Dispose();
    }

    private NarContext.Turn TakeTurn()
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
