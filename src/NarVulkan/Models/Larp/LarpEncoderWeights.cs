using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Larp;

/// <summary>The encoding half of a LARP tokenizer on the device: video to codes.</summary>
internal sealed class LarpEncoderWeights : IDisposable
{
    private readonly LoadedTensors tensors;

    /// <summary>Loads every tensor that encoding needs.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the configuration says.</exception>
    public LarpEncoderWeights(WeightLoader loader, LarpTokenizerConfig config)
    {
        Config = config;
        var file = loader.File;
        int d = config.Encoder.Width;
        LarpShape.Check(file, config, config.Encoder, "encoder");
        InnerWidth = LarpShape.InnerWidth(file, "encoder.blocks.0.mlp.fc1.weight", d);
        var embedder = file.Require("x_embedder.proj.weight", d, 3, config.Encoder.TemporalPatchSize, config.Encoder.PatchSize, config.Encoder.PatchSize);
        PatchEmbedding = loader.Matrix("x_embedder.proj.weight", new TensorRows(embedder, LarpShape.Patches(config, config.Encoder).PatchWidth), exactly: loader.OtherPrecision);
        PatchEmbeddingBias = loader.Vector("x_embedder.proj.bias", d);
        PatchPositions = loader.Floats("encoder_patch_pe", ReadPatchPositions(file, config));
        LatentQueries = loader.Floats("encoder_latent_query_embed", ReadLatentQueries(file, config));
        Blocks = [.. Enumerable.Range(0, config.Encoder.Depth).Select(block => new VisionBlock(loader, $"encoder.blocks.{block}.", d, config.Encoder.Heads, InnerWidth))];
        InLinear = loader.Matrix("bottleneck.in_linear.weight", config.BottleneckWidth, d);
        InLinearBias = loader.Vector("bottleneck.in_linear.bias", config.BottleneckWidth);
        // Scaled to length 1 its values are no longer the file's: rounding them to 16 bits would be an error of our own.
        Codebook = loader.Matrix(
            "codebook", new UnitRows(loader.Rows("bottleneck.regularizer.embedding.weight", config.CodebookSize, config.BottleneckWidth)), exactly: WeightPrecision.Float32);
        tensors = loader.Finish();
    }

    public LarpTokenizerConfig Config { get; }

    /// <summary>The 3-D patch embedding as a matrix [width, 3 * t * h * w].</summary>
    public PackedMatrix PatchEmbedding { get; }

    public DeviceBuffer PatchEmbeddingBias { get; }

    /// <summary>Added to the embedded patches, [patches, width].</summary>
    public DeviceBuffer PatchPositions { get; }

    /// <summary>The latent queries, [latents, width].</summary>
    public DeviceBuffer LatentQueries { get; }

    public IReadOnlyList<VisionBlock> Blocks { get; }

    public PackedMatrix InLinear { get; }

    public DeviceBuffer InLinearBias { get; }

    /// <summary>Unit-length code vectors as a matrix [codes, bottleneck width]: the nearest code by cosine has the largest product.</summary>
    public PackedMatrix Codebook { get; }

    /// <summary>Width inside the feed-forward layers.</summary>
    public int InnerWidth { get; }

    /// <inheritdoc/>
    public void Dispose() => tensors.Dispose();

    private static float[] ReadPatchPositions(WeightFile file, LarpTokenizerConfig config)
    {
        var table = config.LearnedEncoderPatchPositions
            // The published code spells the column's table without an r.
            ? PositionEmbeddings.LearnedByAxis(file, "encoder_t_embed", "encoder_h_embed", "encode_w_embed", config.Encoder.PatchGrid, config.Encoder.Width)
            : PositionEmbeddings.Saved(file, "encoder_patch_pe", config.Encoder.PatchCount, config.Encoder.Width);
        if (config.EncoderPatchTypeEmbedding)
        {
            PositionEmbeddings.AddType(file, "encoder_patch_token_type_embed", table, config.Encoder.Width);
        }
        return table;
    }

    private static float[] ReadLatentQueries(WeightFile file, LarpTokenizerConfig config)
    {
        var table = PositionEmbeddings.Saved(file, "encoder_latent_query_embed", config.LatentTokens, config.Encoder.Width);
        if (config.EncoderLatentQueryTypeEmbedding)
        {
            PositionEmbeddings.AddType(file, "encoder_latent_query_token_type_embed", table, config.Encoder.Width);
        }
        return table;
    }
}
