using NarVulkan.Checkpoints;

namespace NarVulkan.Models.Vq;

/// <summary>Follows one half of the tokenizer through its tensors. Nothing is read but names and shapes.</summary>
internal sealed class VqHalfReader(WeightFile file, string prefix)
{
    /// <summary>A token would be 128 pixels wide.</summary>
    private const int MostLevels = 8;

    private const int WidestChannels = 4096;

    /// <summary>What comes before a dot in the names of the file: layers, blocks, levels.</summary>
    private readonly HashSet<string> groups = Groups(file);
    private readonly HashSet<string> used = [];
    private readonly List<VqStage> stages = [];

    /// <summary>Channels that the 1 x 1 convolution after the codebook writes.</summary>
    public int Latents(string name, int codeWidth) => Convolution(name, codeWidth, 1, 8);

    /// <summary>The decoder: from the lowest resolution up.</summary>
    public VqHalfShape Decoder(int latents)
    {
        int first = Convolution(prefix + "conv_in", latents, 3, VqShape.NormGroups);
        int levels = CountLevels();
        int width = Levels(Middle(first), levels, VqStageKind.Upsample, "upsample");
        return End(levels, latents, first, width, VqShape.ImageChannels);
    }

    /// <summary>The encoder: from the highest resolution down.</summary>
    public VqHalfShape Encoder()
    {
        int first = Convolution(prefix + "conv_in", VqShape.ImageChannels, 3, VqShape.NormGroups);
        int levels = CountLevels();
        int width = Middle(Levels(first, levels, VqStageKind.Downsample, "downsample"));
        return End(levels, VqShape.ImageChannels, first, width, -1);
    }

    private int CountLevels()
    {
        int levels = 0;
        while (groups.Contains($"{prefix}conv_blocks.{levels}"))
        {
            levels++;
        }
        if (levels is < 1 or > MostLevels)
        {
            throw new ModelFileException(file.Path, $"it has {levels} levels ({prefix}conv_blocks.N); 1 to {MostLevels} are supported.");
        }
        return levels;
    }

    private int Middle(int width)
    {
        for (int block = 0; groups.Contains($"{prefix}mid.{block}"); block++)
        {
            string name = $"{prefix}mid.{block}.";
            if (groups.Contains(name + "q"))
            {
                Attention(name, width);
            }
            else
            {
                width = Residual(name, width);
            }
        }
        return width;
    }

    private int Levels(int width, int levels, VqStageKind resample, string word)
    {
        for (int level = 0; level < levels; level++)
        {
            string name = $"{prefix}conv_blocks.{level}.";
            int block = 0;
            do
            {
                width = Residual($"{name}res.{block}.", width);
                if (groups.Contains($"{name}attn.{block}"))
                {
                    Attention($"{name}attn.{block}.", width);
                }
            }
            while (groups.Contains($"{name}res.{++block}"));
            if (level < levels - 1)
            {
                Require($"{name}{word}.conv.weight", width, width, 3, 3);
                Require($"{name}{word}.conv.bias", width);
                stages.Add(new VqStage(resample, $"{name}{word}.", width, width));
            }
        }
        return width;
    }

    private int Residual(string name, int width)
    {
        Norm(name + "norm1", width);
        int result = Convolution(name + "conv1", width, 3, VqShape.NormGroups);
        Norm(name + "norm2", result);
        Require(name + "conv2.weight", result, result, 3, 3);
        Require(name + "conv2.bias", result);
        if (result != width)
        {
            Require(name + "nin_shortcut.weight", result, width, 1, 1);
            Require(name + "nin_shortcut.bias", result);
        }
        stages.Add(new VqStage(VqStageKind.Residual, name, width, result));
        return result;
    }

    private void Attention(string name, int width)
    {
        Norm(name + "norm", width);
        foreach (string part in (string[])["q", "k", "v", "proj_out"])
        {
            Require($"{name}{part}.weight", width, width, 1, 1);
            Require($"{name}{part}.bias", width);
        }
        stages.Add(new VqStage(VqStageKind.Attention, name, width, width));
    }

    private VqHalfShape End(int levels, int input, int first, int width, int output)
    {
        Norm(prefix + "norm_out", width);
        if (output < 0)
        {
            output = Convolution(prefix + "conv_out", width, 3, 8);
        }
        else
        {
            Require(prefix + "conv_out.weight", output, width, 3, 3);
            Require(prefix + "conv_out.bias", output);
        }
        // A tensor that nothing reads belongs to a layer that is not here: the result would be wrong without a word.
        foreach (string name in file.Tensors.Keys)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !used.Contains(name))
            {
                throw new ModelFileException(file.Path, $"tensor {name} belongs to no layer of a VQ image tokenizer as published; is it the right file for this model?");
            }
        }
        return new VqHalfShape(prefix, levels, input, first, stages, width, output);
    }

    private int Convolution(string name, int channels, int taps, int granularity)
    {
        var tensor = Require(name + ".weight", -1, channels, taps, taps);
        long width = tensor.Shape[0];
        if (width < granularity || width > WidestChannels || width % granularity != 0)
        {
            throw new ModelFileException(file.Path, $"tensor {tensor.Name} gives {width} channels; a multiple of {granularity} up to {WidestChannels} is supported.");
        }
        Require(name + ".bias", width);
        return (int)width;
    }

    private void Norm(string name, int width)
    {
        Require(name + ".weight", width);
        Require(name + ".bias", width);
    }

    private static HashSet<string> Groups(WeightFile file)
    {
        HashSet<string> groups = [];
        foreach (string name in file.Tensors.Keys)
        {
            for (int dot = name.LastIndexOf('.'); dot > 0 && groups.Add(name[..dot]); dot = name.LastIndexOf('.', dot - 1))
            {
                // Up to the first group that is known, whose own groups are then known too.
            }
        }
        return groups;
    }

    private WeightTensor Require(string name, params ReadOnlySpan<long> shape)
    {
        used.Add(name);
        return file.Require(name, shape).RequireFloats();
    }
}
