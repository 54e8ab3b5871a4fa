using NarVulkan.Checkpoints;

namespace NarVulkan.Models.Vq;

/// <summary>Sizes of a VQ image tokenizer, read from its tensors' names and shapes.</summary>
/// <param name="Codes">Codebook size.</param>
/// <param name="CodeWidth">Width of a code vector.</param>
/// <param name="LatentChannels">Channels between the code vectors and the halves.</param>
/// <param name="Decoder">The decoding half.</param>
internal sealed record VqShape(int Codes, int CodeWidth, int LatentChannels, VqHalfShape Decoder)
{
    /// <summary>Channels of an image.</summary>
    public const int ImageChannels = 3;

    /// <summary>Groups of every GroupNorm.</summary>
    public const int NormGroups = 32;

    /// <summary>Epsilon of every GroupNorm.</summary>
    public const float NormEpsilon = 1e-6f;

    private const int MostCodes = 1 << 24, MostCodeWidth = 4096;

    /// <summary>Pixels along the side of a token.</summary>
    public int Factor => 1 << (Decoder.Levels - 1);

    /// <summary>Reads codebook and decoder; every size that follows from another is checked against it.</summary>
    /// <exception cref="ModelFileException">A tensor is missing, does not fit the one before it, or has a size that is not supported.</exception>
    public static VqShape Read(WeightFile file)
    {
        var codebook = file.Require("quantize.embedding.weight", -1, -1);
        long codes = codebook.Shape[0], width = codebook.Shape[1];
        if (codes is < 1 or > MostCodes || width is < 8 or > MostCodeWidth || width % 8 != 0)
        {
            throw new ModelFileException(file.Path, $"tensor {codebook.Name} holds {codes} codes of width {width}; 1 to {MostCodes} codes are supported, of a width that is a multiple of 8 up to {MostCodeWidth}.");
        }
        var reader = new VqHalfReader(file, "decoder.");
        int latents = reader.Latents("post_quant_conv", (int)width);
        return new VqShape((int)codes, (int)width, latents, reader.Decoder(latents));
    }

    /// <summary>Reads the encoder, and checks that it makes what the decoder reads.</summary>
    /// <exception cref="ModelFileException">As for <see cref="Read"/>, or the encoder does not belong to the decoder.</exception>
    public VqHalfShape ReadEncoder(WeightFile file)
    {
        var encoder = new VqHalfReader(file, "encoder.").Encoder();
        file.Require("quant_conv.weight", CodeWidth, encoder.OutputChannels, 1, 1);
        file.Require("quant_conv.bias", CodeWidth);
        return encoder.Levels == Decoder.Levels
            ? encoder
            : throw new ModelFileException(file.Path, $"its encoder has {encoder.Levels} levels and its decoder {Decoder.Levels}; they do not belong together.");
    }
}
