using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary>
/// A VQ image tokenizer as LlamaGen published it: its file stays mapped, each half goes to the device when first needed,
/// and the last recorded plan is kept, for one image size and direction: plans are what takes memory. Images are computed
/// one after another, so that neither memory nor result depends on how many there are. Not thread-safe.
/// </summary>
internal sealed class VqTokenizer : IPixelTokenizer
{
    /// <summary>How names of the decoding half begin.</summary>
    private static readonly string[] DecoderNames = ["decoder.", "post_quant_conv.", "quantize.embedding."];

    private readonly KernelSet kernels;
    private readonly WeightFile file;
    private readonly WeightPrecision precision;
    private VqDecoderWeights? decoder;
    private VqEncoderWeights? encoder;
    private (TokenGrid Grid, VqDecodePlan Plan)? decodePlan;
    private (TokenGrid Grid, VqEncodePlan Plan)? encodePlan;

    private VqTokenizer(KernelSet kernels, WeightFile file, VqShape shape, WeightPrecision precision)
    {
        this.kernels = kernels;
        this.file = file;
        this.precision = precision;
        Shape = shape;
    }

    /// <summary>Sizes.</summary>
    public VqShape Shape { get; }

    /// <inheritdoc/>
    public int Vocabulary => Shape.Codes;

    /// <inheritdoc/>
    public TokenGrid? OwnGrid => null;

    /// <inheritdoc/>
    public NarPrecision Precision => WeightPrecisionChoice.Name(precision);

    /// <inheritdoc/>
    public long Parameters => decoder?.Parameters ?? 0;

    /// <inheritdoc/>
    public long DeviceBytes => decoder?.DeviceBytes ?? 0;

    /// <summary>Opens and checks the file; loads nothing to the device yet.</summary>
    /// <exception cref="ModelFileException">The file is missing or wrong.</exception>
    public static VqTokenizer Open(KernelSet kernels, TokenizerDescription description, NarPrecision asked)
    {
        var file = WeightFile.Open(description.WeightsPath);
        try
        {
            return new VqTokenizer(kernels, file, VqShape.Read(file), WeightPrecisionChoice.Choose(asked, file, kernels.Device.Profile));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public PixelShape ShapeOf(TokenGrid grid)
    {
        if (grid.Frames != 1 || grid.Rows < 1 || grid.Columns < 1)
        {
            throw new InvalidRequestException($"this tokenizer decodes images: a grid of rows x columns tokens, not {grid.Frames}x{grid.Rows}x{grid.Columns}.");
        }
        // Also the working maps are indexed by 32-bit numbers.
        long most = int.MaxValue / Shape.Factor / Shape.Factor;
        if ((long)grid.Rows * grid.Columns > most / VqShape.ImageChannels)
        {
            throw new InvalidRequestException($"{grid.Rows}x{grid.Columns} tokens of {Shape.Factor}x{Shape.Factor} pixels are more than one image can hold.");
        }
        return new PixelShape(VqShape.ImageChannels, 1, grid.Rows * Shape.Factor, grid.Columns * Shape.Factor);
    }

    /// <inheritdoc/>
    public IEnumerable<WeightTensor> DecoderTensors => file.Tensors.Values.Where(tensor => DecoderNames.Any(name => tensor.Name.StartsWith(name, StringComparison.Ordinal)));

    /// <inheritdoc/>
    public void LoadDecoder(Action<long>? parametersLoaded = null) => _ = Decoder(parametersLoaded);

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<int> codes, int samples, TokenGrid grid, Span<float> pixels, CancellationToken cancellation)
    {
        int values = (int)ShapeOf(grid).Values, tokens = grid.Count;
        var weights = Decoder(null);
        if (decodePlan?.Grid != grid)
        {
            DropPlans();
            decodePlan = (grid, new VqDecodePlan(kernels, weights, grid));
        }
        for (int sample = 0; sample < samples; sample++)
        {
            decodePlan.Value.Plan.Run(codes.Slice(sample * tokens, tokens), pixels.Slice(sample * values, values), cancellation);
        }
    }

    /// <inheritdoc/>
    public IDecodeChain CreateDecodeChain(TokenGrid grid, double mostWork)
    {
        _ = ShapeOf(grid);
        return new VqDecodeChain(kernels, Decoder(null), grid, mostWork);
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<float> pixels, int samples, TokenGrid grid, Span<int> codes, CancellationToken cancellation)
    {
        var shape = ShapeOf(grid);
        int values = (int)shape.Values, tokens = grid.Count;
        encoder ??= Load(loader => new VqEncoderWeights(loader, Shape), null);
        if (encodePlan?.Grid != grid)
        {
            DropPlans();
            encodePlan = (grid, new VqEncodePlan(kernels, encoder, shape.Height, shape.Width));
        }
        for (int sample = 0; sample < samples; sample++)
        {
            encodePlan.Value.Plan.Run(pixels.Slice(sample * values, values), codes.Slice(sample * tokens, tokens), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropPlans();
        decoder?.Dispose();
        encoder?.Dispose();
        file.Dispose();
    }

    private void DropPlans()
    {
        decodePlan?.Plan.Dispose();
        encodePlan?.Plan.Dispose();
        decodePlan = null;
        encodePlan = null;
    }

    private VqDecoderWeights Decoder(Action<long>? parametersLoaded) =>
        decoder ??= LoadDecoding(parametersLoaded);

    private VqDecoderWeights LoadDecoding(Action<long>? parametersLoaded)
    {
        MemoryCheck.Weights(kernels.Device, file.Path, DecoderTensors, precision);
        return Load(loader => new VqDecoderWeights(loader, Shape), parametersLoaded);
    }

    private T Load<T>(Func<WeightLoader, T> create, Action<long>? parametersLoaded)
    {
        using var loader = new WeightLoader(kernels.Device, file, precision, parametersLoaded);
        return create(loader);
    }
}
