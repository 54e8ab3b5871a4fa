using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Kernels;

namespace NarVulkan.Models.Larp;

/// <summary>Checks that a tokenizer's sizes are ones that the kernels compute.</summary>
internal static class LarpShape
{
    /// <summary>Width inside a block's feed-forward layer, read from its first matrix.</summary>
    public static int InnerWidth(WeightFile file, string name, int width)
    {
        long inner = file.Require(name, -1, width).Shape[0];
        return inner is > 0 and <= 1 << 20 && inner % 8 == 0
            ? (int)inner
            : throw new ModelFileException(file.Path, $"tensor {name} has {inner} rows; the kernels need a positive multiple of 8.");
    }

    /// <summary>How one half of the tokenizer cuts a clip into patches.</summary>
    public static VideoPatches Patches(LarpTokenizerConfig config, LarpTransformerConfig half) =>
        new(3, config.FrameCount, config.InputSize, config.InputSize, half.TemporalPatchSize, half.PatchSize);

    /// <summary>Refuses what the kernels do not compute in one half of the tokenizer.</summary>
    /// <param name="file">The weights, for messages.</param>
    /// <param name="config">The tokenizer's settings.</param>
    /// <param name="transformer">The half's settings.</param>
    /// <param name="half"><c>encoder</c> or <c>decoder</c>, as its settings begin.</param>
    /// <exception cref="ModelFileException">A width, head size or patch is none that the kernels take.</exception>
    public static void Check(WeightFile file, LarpTokenizerConfig config, LarpTransformerConfig transformer, string half)
    {
        int width = transformer.Width, heads = transformer.Heads;
        if (!config.L2Normalized)
        {
            throw new ModelFileException(file.Path, "its codebook is not normalised (l2_normalized is false in config.json); only cosine codebooks, as published, are supported.");
        }
        if (heads < 1 || width % heads != 0 || width / heads % 4 != 0 || width % 8 != 0 || config.BottleneckWidth % 8 != 0)
        {
            throw new ModelFileException(file.Path, $"{half} width {width} with {heads} heads and code width {config.BottleneckWidth}: the kernels need a head size that is a multiple of 4, and widths that are multiples of 8.");
        }
        if (width / heads > AttentionKernel.LargestHead)
        {
            throw new ModelFileException(file.Path, $"{half} width {width} with {heads} heads gives heads of {width / heads}, but the kernels take at most {AttentionKernel.LargestHead}; is {half}_num_heads in config.json right?");
        }
        int patchWidth = Patches(config, transformer).PatchWidth;
        if (patchWidth % 8 != 0)
        {
            throw new ModelFileException(file.Path, $"{half} patches of {transformer.TemporalPatchSize} x {transformer.PatchSize} x {transformer.PatchSize} pixels have {patchWidth} values; the kernels need a multiple of 8: are the patch sizes in config.json right?");
        }
    }
}
