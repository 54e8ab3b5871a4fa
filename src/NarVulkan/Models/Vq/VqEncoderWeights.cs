using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary>The encoding half of a VQ image tokenizer on the device: pixels to codes.</summary>
internal sealed class VqEncoderWeights : IDisposable
{
    private readonly LoadedTensors tensors;

    /// <summary>Loads every tensor that encoding needs.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or wrong.</exception>
    public VqEncoderWeights(WeightLoader loader, VqShape shape)
    {
        var encoder = shape.ReadEncoder(loader.File);
        Layers = new VqHalf(loader, encoder);
        ToCodes = VqConvolution.Pointwise(loader, "quant_conv", encoder.OutputChannels, shape.CodeWidth);
        Codebook = loader.Matrix(
            "codebook", new UnitRows(loader.Rows("quantize.embedding.weight", shape.Codes, shape.CodeWidth)), exactly: WeightPrecision.Float32);
        tensors = loader.Finish();
    }

    public VqHalf Layers { get; }

    /// <summary>Latents to vectors that are compared with codes.</summary>
    public VqConvolution ToCodes { get; }

    /// <summary>Unit-length code vectors [codes, code width], for a product.</summary>
    public PackedMatrix Codebook { get; }

    /// <inheritdoc/>
    public void Dispose() => tensors.Dispose();
}
