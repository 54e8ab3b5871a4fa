using NarVulkan.Checkpoints;

namespace PipelineReport;

/// <summary>A VQ-16 image tokenizer of the published widths; one residual block stands for each run of equal ones.</summary>
internal static class VqTensors
{
    private const int Codes = 16384, CodeWidth = 8, Latents = 256, Channels = 128;

    private static readonly int[] Multipliers = [1, 1, 2, 2, 4];

    public static IEnumerable<WeightTensor> All()
    {
        int deepest = Channels * Multipliers[^1];
        return
        [
            Of("quantize.embedding.weight", Codes, CodeWidth),
            .. Convolution("post_quant_conv", CodeWidth, Latents, 1), .. Convolution("quant_conv", Latents, CodeWidth, 1),
            .. Convolution("decoder.conv_in", Latents, deepest, 3), .. Middle("decoder."), .. Levels("decoder.", "upsample", [.. Multipliers.Reverse()], deepest, attention: 0),
            .. Norm("decoder.norm_out", Channels), .. Convolution("decoder.conv_out", Channels, 3, 3),
            .. Convolution("encoder.conv_in", 3, Channels, 3), .. Levels("encoder.", "downsample", Multipliers, Channels, attention: Multipliers.Length - 1), .. Middle("encoder."),
            .. Norm("encoder.norm_out", deepest), .. Convolution("encoder.conv_out", deepest, Latents, 3),
        ];

        IEnumerable<WeightTensor> Middle(string half) => [.. Residual(half + "mid.0.", deepest, deepest), .. Attention(half + "mid.1.", deepest), .. Residual(half + "mid.2.", deepest, deepest)];
    }

    private static IEnumerable<WeightTensor> Levels(string half, string resampling, int[] multipliers, int width, int attention)
    {
        for (int level = 0; level < multipliers.Length; level++)
        {
            string prefix = $"{half}conv_blocks.{level}.";
            int next = Channels * multipliers[level];
            IEnumerable<WeightTensor> tensors =
            [
                .. Residual(prefix + "res.0.", width, next),
                .. level == attention ? Attention(prefix + "attn.0.", next) : [],
                .. level < multipliers.Length - 1 ? Convolution($"{prefix}{resampling}.conv", next, next, 3) : [],
            ];
            foreach (var tensor in tensors)
            {
                yield return tensor;
            }
            width = next;
        }
    }

    private static IEnumerable<WeightTensor> Residual(string prefix, int channels, int width) =>
    [
        .. Norm(prefix + "norm1", channels), .. Convolution(prefix + "conv1", channels, width, 3),
        .. Norm(prefix + "norm2", width), .. Convolution(prefix + "conv2", width, width, 3),
        .. channels == width ? [] : Convolution(prefix + "nin_shortcut", channels, width, 1),
    ];

    private static IEnumerable<WeightTensor> Attention(string prefix, int width) =>
        [.. Norm(prefix + "norm", width), .. new[] { "q", "k", "v", "proj_out" }.SelectMany(part => Convolution(prefix + part, width, width, 1))];

    private static IEnumerable<WeightTensor> Norm(string name, int width) => [Of(name + ".weight", width), Of(name + ".bias", width)];

    private static IEnumerable<WeightTensor> Convolution(string name, int channels, int width, int taps) =>
        [Of(name + ".weight", width, channels, taps, taps), Of(name + ".bias", width)];

    private static WeightTensor Of(string name, params long[] sizes) => OnesFile.Tensor(name, sizes);
}
