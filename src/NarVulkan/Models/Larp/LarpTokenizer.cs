using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Kernels;

namespace NarVulkan.Models.Larp;

/// <summary>
/// A LARP video tokenizer: its file stays mapped, each half goes to the device when first needed, and recorded plans are
/// kept for the last batch size of each direction. Not thread-safe.
/// </summary>
internal sealed class LarpTokenizer : IPixelTokenizer
{
    /// <summary>Clips side by side at most: more gain nothing and cost memory.</summary>
    private const int MostClips = 8;

    /// <summary>How names of the decoding half begin.</summary>
    private static readonly string[] DecoderNames = ["decoder", "final_layer.", "bottleneck.out_linear.", "bottleneck.regularizer."];

    private readonly KernelSet kernels;
    private readonly WeightFile file;
    private readonly WeightPrecision precision;
    private LarpDecoderWeights? decoder;
    private LarpEncoderWeights? encoder;
    private (int Clips, LarpDecodePlan Plan)? decodePlan;
    private (int Clips, LarpEncodePlan Plan)? encodePlan;

    private LarpTokenizer(KernelSet kernels, WeightFile file, LarpTokenizerConfig config, WeightPrecision precision)
    {
        this.kernels = kernels;
        this.file = file;
        this.precision = precision;
        Config = config;
    }

    /// <summary>Sizes and options.</summary>
    public LarpTokenizerConfig Config { get; }

    /// <inheritdoc/>
    public int Vocabulary => Config.CodebookSize;

    /// <inheritdoc/>
    /// <remarks>The patch grid where there is a code for each patch; else the codes have no places, and are one row.</remarks>
    public TokenGrid? OwnGrid =>
        Config.Encoder.PatchCount == Config.LatentTokens ? TokenGrid.FromDimensions(Config.Encoder.PatchGrid)
        : Config.Decoder.PatchCount == Config.LatentTokens ? TokenGrid.FromDimensions(Config.Decoder.PatchGrid)
        : new TokenGrid(1, 1, Config.LatentTokens);

    /// <summary>Values of one clip, [3, frames, height, width].</summary>
    public int ValuesPerClip => LarpShape.Patches(Config, Config.Decoder).VideoLength;

    /// <summary>How weights are kept on the device.</summary>
    public NarPrecision Precision => WeightPrecisionChoice.Name(precision);

    /// <summary>Device bytes of the weights loaded so far.</summary>
    public long DeviceBytes => decoder?.DeviceBytes ?? 0;

    /// <summary>Weights of the decoder, counted.</summary>
    public long Parameters => decoder?.Parameters ?? 0;

    /// <summary>Opens and checks the files; loads nothing to the device yet.</summary>
    /// <exception cref="ModelFileException">A file is missing or wrong.</exception>
    public static LarpTokenizer Open(KernelSet kernels, TokenizerDescription description, NarPrecision asked)
    {
        var file = WeightFile.Open(description.WeightsPath);
        try
        {
            var config = LarpTokenizerConfig.Read(description, file);
            return new LarpTokenizer(kernels, file, config, WeightPrecisionChoice.Choose(asked, file, kernels.Device.Profile));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<WeightTensor> DecoderTensors => file.Tensors.Values.Where(tensor => DecoderNames.Any(name => tensor.Name.StartsWith(name, StringComparison.Ordinal)));

    /// <summary>Brings the decoding half to the device, if it is not there yet.</summary>
    public void LoadDecoder(Action<long>? parametersLoaded = null) => _ = Decoder(parametersLoaded);

    /// <inheritdoc/>
    public PixelShape ShapeOf(TokenGrid grid)
    {
        var own = OwnGrid!.Value;
        return grid == own
            ? new PixelShape(3, Config.FrameCount, Config.InputSize, Config.InputSize)
            : throw new InvalidRequestException($"this tokenizer decodes {own.Frames}x{own.Rows}x{own.Columns} tokens, not {grid.Frames}x{grid.Rows}x{grid.Columns}.");
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<int> codes, int samples, TokenGrid grid, Span<float> pixels, CancellationToken cancellation)
    {
        int latents = Config.LatentTokens, values = (int)ShapeOf(grid).Values;
        var weights = Decoder(null);
        int batch = ClipsPerBatch(samples, Config.Decoder, weights.InnerWidth);
        for (int first = 0; first < samples; first += batch)
        {
            int count = Math.Min(batch, samples - first);
            if (decodePlan?.Clips != count)
            {
                decodePlan?.Plan.Dispose();
                decodePlan = null;
                decodePlan = (count, new LarpDecodePlan(kernels, weights, count));
            }
            decodePlan.Value.Plan.Run(codes.Slice(first * latents, count * latents), pixels.Slice(first * values, count * values), cancellation);
        }
    }

    /// <inheritdoc/>
    public IDecodeChain CreateDecodeChain(TokenGrid grid, double mostWork)
    {
        _ = ShapeOf(grid);
        return new LarpDecodeChain(kernels, Decoder(null), clips: 1);
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<float> pixels, int samples, TokenGrid grid, Span<int> codes, CancellationToken cancellation)
    {
        int latents = Config.LatentTokens, values = (int)ShapeOf(grid).Values;
        encoder ??= Load((loader, config) => new LarpEncoderWeights(loader, config), null);
        int batch = ClipsPerBatch(samples, Config.Encoder, encoder.InnerWidth);
        for (int first = 0; first < samples; first += batch)
        {
            int count = Math.Min(batch, samples - first);
            if (encodePlan?.Clips != count)
            {
                encodePlan?.Plan.Dispose();
                encodePlan = null;
                encodePlan = (count, new LarpEncodePlan(kernels, encoder, count));
            }
            encodePlan.Value.Plan.Run(pixels.Slice(first * values, count * values), codes.Slice(first * latents, count * latents), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        decodePlan?.Plan.Dispose();
        encodePlan?.Plan.Dispose();
        decoder?.Dispose();
        encoder?.Dispose();
        file.Dispose();
    }

    private LarpDecoderWeights Decoder(Action<long>? parametersLoaded) =>
        decoder ??= LoadDecoding(parametersLoaded);

    private LarpDecoderWeights LoadDecoding(Action<long>? parametersLoaded)
    {
        MemoryCheck.Weights(kernels.Device, file.Path, DecoderTensors, precision);
        return Load((loader, config) => new LarpDecoderWeights(loader, config), parametersLoaded);
    }

    private T Load<T>(Func<WeightLoader, LarpTokenizerConfig, T> create, Action<long>? parametersLoaded)
    {
        using var loader = new WeightLoader(kernels.Device, file, precision, parametersLoaded);
        return create(loader, Config);
    }

    /// <summary>As many clips as keep the largest buffer within what a kernel may bind and one allocation may hold.</summary>
    private int ClipsPerBatch(int clips, LarpTransformerConfig half, int innerWidth)
    {
        var profile = kernels.Device.Profile;
        long activations = (long)(Config.LatentTokens + half.PatchCount) * Math.Max(innerWidth, 3 * half.Width);
        long largest = Math.Max(activations, ValuesPerClip);
        ulong fitting = Math.Max(1, Math.Min(profile.MaxStorageBufferRange, profile.MaxAllocationSize) / ((ulong)largest * sizeof(float)));
        return (int)Math.Min((ulong)Math.Min(clips, MostClips), fitting);
    }
}
