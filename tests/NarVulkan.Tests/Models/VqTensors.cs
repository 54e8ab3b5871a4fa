namespace NarVulkan.Tests.Models;

/// <summary>Names and shapes of a small VQ image tokenizer: 2 levels, 3 residual blocks a level in the decoder, 2 in the encoder.</summary>
internal static class VqTensors
{
    private const int Codes = 16, CodeWidth = 8, Latents = 16, Narrow = 32, Wide = 64;

    public static Dictionary<string, long[]> All()
    {
        Dictionary<string, long[]> tensors = new()
        {
            ["quantize.embedding.weight"] = [Codes, CodeWidth],
            ["quantize.codebook_used"] = [65536],
        };
        Convolution("post_quant_conv", CodeWidth, Latents, 1);
        Convolution("quant_conv", Latents, CodeWidth, 1);

        Convolution("decoder.conv_in", Latents, Wide, 3);
        Middle("decoder.");
        for (int block = 0; block < 3; block++)
        {
            Residual($"decoder.conv_blocks.0.res.{block}.", Wide, Wide);
            Attention($"decoder.conv_blocks.0.attn.{block}.");
            Residual($"decoder.conv_blocks.1.res.{block}.", block == 0 ? Wide : Narrow, Narrow);
        }
        Convolution("decoder.conv_blocks.0.upsample.conv", Wide, Wide, 3);
        Norm("decoder.norm_out", Narrow);
        Convolution("decoder.conv_out", Narrow, 3, 3);

        Convolution("encoder.conv_in", 3, Narrow, 3);
        for (int block = 0; block < 2; block++)
        {
            Residual($"encoder.conv_blocks.0.res.{block}.", Narrow, Narrow);
            Residual($"encoder.conv_blocks.1.res.{block}.", block == 0 ? Narrow : Wide, Wide);
            Attention($"encoder.conv_blocks.1.attn.{block}.");
        }
        Convolution("encoder.conv_blocks.0.downsample.conv", Narrow, Narrow, 3);
        Middle("encoder.");
        Norm("encoder.norm_out", Wide);
        Convolution("encoder.conv_out", Wide, Latents, 3);
        return tensors;

        void Convolution(string name, long channels, long width, long taps)
        {
            tensors[name + ".weight"] = [width, channels, taps, taps];
            tensors[name + ".bias"] = [width];
        }

        void Norm(string name, long width) => (tensors[name + ".weight"], tensors[name + ".bias"]) = ([width], [width]);

        void Residual(string prefix, long channels, long width)
        {
            Norm(prefix + "norm1", channels);
            Convolution(prefix + "conv1", channels, width, 3);
            Norm(prefix + "norm2", width);
            Convolution(prefix + "conv2", width, width, 3);
            if (channels != width)
            {
                Convolution(prefix + "nin_shortcut", channels, width, 1);
            }
        }

        void Attention(string prefix)
        {
            Norm(prefix + "norm", Wide);
            foreach (string part in (string[])["q", "k", "v", "proj_out"])
            {
                Convolution(prefix + part, Wide, Wide, 1);
            }
        }

        void Middle(string half)
        {
            Residual(half + "mid.0.", Wide, Wide);
            Attention(half + "mid.1.");
            Residual(half + "mid.2.", Wide, Wide);
        }
    }
}
