using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary>The decoding half of a VQ image tokenizer on the device: codes to pixels.</summary>
internal sealed class VqDecoderWeights : IDisposable
{
    private readonly LoadedTensors tensors;

    /// <summary>Loads every tensor that decoding needs.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or wrong.</exception>
    public VqDecoderWeights(WeightLoader loader, VqShape shape)
    {
        // Scaled to length 1 its values are no longer the file's: rounding them to 16 bits would be an error of our own.
        Codebook = loader.Embedding(
            "codebook", new UnitRows(loader.Rows("quantize.embedding.weight", shape.Codes, shape.CodeWidth)), exactly: WeightPrecision.Float32);
        FromCodes = VqConvolution.Pointwise(loader, "post_quant_conv", shape.CodeWidth, shape.LatentChannels);
        Layers = new VqHalf(loader, shape.Decoder);
        tensors = loader.Finish();
    }

    /// <summary>Unit-length code vectors [codes, code width].</summary>
    public EmbeddingTable Codebook { get; }

    /// <summary>Code vectors to latents.</summary>
    public VqConvolution FromCodes { get; }

    public VqHalf Layers { get; }

    /// <summary>Weights, counted.</summary>
    public long Parameters => tensors.Parameters;

    /// <summary>Device bytes of the weights.</summary>
    public long DeviceBytes => tensors.DeviceBytes;

    /// <inheritdoc/>
    public void Dispose() => tensors.Dispose();
}
