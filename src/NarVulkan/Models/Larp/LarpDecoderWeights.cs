using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Larp;

/// <summary>The decoding half of a LARP tokenizer on the device: codes to video.</summary>
internal sealed class LarpDecoderWeights : IDisposable
{
    /// <summary>The final norm's epsilon, unlike the blocks'.</summary>
    public const float FinalNormEpsilon = 1e-6f;

    private readonly LoadedTensors tensors;

    /// <summary>Loads every tensor that decoding needs, and nothing of the training-time prior.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the configuration says.</exception>
    public LarpDecoderWeights(WeightLoader loader, LarpTokenizerConfig config)
    {
        Config = config;
        var file = loader.File;
        int d = config.Decoder.Width;
        LarpShape.Check(file, config, config.Decoder, "decoder");
        InnerWidth = LarpShape.InnerWidth(file, "decoder.blocks.0.mlp.fc1.weight", d);
        // Scaled to length 1 its values are no longer the file's: rounding them to 16 bits would be an error of our own.
        Codebook = loader.Embedding(
            "codebook", new UnitRows(loader.Rows("bottleneck.regularizer.embedding.weight", config.CodebookSize, config.BottleneckWidth)), exactly: WeightPrecision.Float32);
        OutLinear = loader.Matrix("bottleneck.out_linear.weight", d, config.BottleneckWidth);
        OutLinearBias = loader.Vector("bottleneck.out_linear.bias", d);
        LatentPositions = loader.Floats("decoder_latent_pe", ReadLatentPositions(file, config));
        PatchQueries = loader.Floats("decoder_patch_query_embed", ReadPatchQueries(file, config));
        Blocks = [.. Enumerable.Range(0, config.Decoder.Depth).Select(block => new VisionBlock(loader, $"decoder.blocks.{block}.", d, config.Decoder.Heads, InnerWidth))];
        FinalNormWeight = loader.Vector("final_layer.norm_final.weight", d);
        FinalNormBias = loader.Vector("final_layer.norm_final.bias", d);
        FinalLinear = loader.Matrix("final_layer.linear.weight", LarpShape.Patches(config, config.Decoder).PatchWidth, d);
        FinalLinearBias = loader.Vector("final_layer.linear.bias", LarpShape.Patches(config, config.Decoder).PatchWidth);
        tensors = loader.Finish();
    }

    public LarpTokenizerConfig Config { get; }

    /// <summary>Unit-length code vectors [codes, bottleneck width].</summary>
    public EmbeddingTable Codebook { get; }

    public PackedMatrix OutLinear { get; }

    public DeviceBuffer OutLinearBias { get; }

    /// <summary>Added to the latents, [latents, width].</summary>
    public DeviceBuffer LatentPositions { get; }

    /// <summary>The patch queries, [patches, width].</summary>
    public DeviceBuffer PatchQueries { get; }

    public IReadOnlyList<VisionBlock> Blocks { get; }

    public DeviceBuffer FinalNormWeight { get; }

    public DeviceBuffer FinalNormBias { get; }

    public PackedMatrix FinalLinear { get; }

    public DeviceBuffer FinalLinearBias { get; }

    /// <summary>Width inside the feed-forward layers.</summary>
    public int InnerWidth { get; }

    /// <summary>Weights, counted.</summary>
    public long Parameters => tensors.Parameters;

    /// <summary>Device bytes of the weights.</summary>
    public long DeviceBytes => tensors.DeviceBytes;

    /// <inheritdoc/>
    public void Dispose() => tensors.Dispose();

    private static float[] ReadLatentPositions(WeightFile file, LarpTokenizerConfig config)
    {
        var table = PositionEmbeddings.Saved(file, "decoder_latent_pe", config.LatentTokens, config.Decoder.Width);
        if (config.DecoderLatentTypeEmbedding)
        {
            PositionEmbeddings.AddType(file, "decoder_latent_token_type_embed", table, config.Decoder.Width);
        }
        return table;
    }

    private static float[] ReadPatchQueries(WeightFile file, LarpTokenizerConfig config)
    {
        var table = config.LearnedDecoderPatchQueries
            ? PositionEmbeddings.LearnedByAxis(file, "decoder_t_embed", "decoder_h_embed", "decoder_w_embed", config.Decoder.PatchGrid, config.Decoder.Width)
            : PositionEmbeddings.Saved(file, "decoder_patch_query_embed", config.Decoder.PatchCount, config.Decoder.Width);
        if (config.DecoderPatchQueryTypeEmbedding)
        {
            PositionEmbeddings.AddType(file, "decoder_patch_query_token_type_embed", table, config.Decoder.Width);
        }
        return table;
    }
}
