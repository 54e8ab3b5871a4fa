using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.T5;

/// <summary>A T5 encoder on the device. Tensor names as the transformers library saves them; a decoder's are not touched.</summary>
internal sealed class T5Weights : IDisposable
{
    private readonly LoadedTensors tensors;

    /// <summary>Loads the encoder and takes what the loader created.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the settings imply.</exception>
    public T5Weights(WeightLoader loader, T5Config config)
    {
        Config = config;
        Embedding = loader.Embedding(config.EmbeddingName, loader.Rows(config.EmbeddingName, config.Vocabulary, config.Width));
        var biases = loader.File.Require("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", config.Buckets, config.Heads);
        PositionBiases = biases.ToFloats();
        TensorRows.RequireFinite(biases, PositionBiases);
        Blocks = [.. Enumerable.Range(0, config.Blocks).Select(index => new T5Block(loader, index, config))];
        FinalNorm = loader.Vector("encoder.final_layer_norm.weight", config.Width);
        tensors = loader.Finish();
    }

    /// <summary>Sizes.</summary>
    public T5Config Config { get; }

    /// <summary>Token embeddings, [vocabulary, width].</summary>
    public EmbeddingTable Embedding { get; }

    /// <summary>Position biases of all blocks, [buckets, heads]; the first block's file entry.</summary>
    public float[] PositionBiases { get; }

    /// <summary>Blocks, in order.</summary>
    public IReadOnlyList<T5Block> Blocks { get; }

    /// <summary>Weight of the norm behind the last block.</summary>
    public DeviceBuffer FinalNorm { get; }

    /// <summary>Weights, counted.</summary>
    public long Parameters => tensors.Parameters;

    /// <summary>Device bytes of the weights.</summary>
    public long DeviceBytes => tensors.DeviceBytes;

    /// <inheritdoc/>
    public void Dispose() => tensors.Dispose();
}
