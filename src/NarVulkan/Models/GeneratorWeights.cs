using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// A token generator on the device, in the one form that the recorder knows: an embedding table whose rows are the
/// codebook's tokens followed by the condition's, blocks, heads, and one output matrix over the joined head features.
/// </summary>
internal sealed class GeneratorWeights : IDisposable
{
    private readonly OwnedResources resources;

    /// <summary>Takes over what <paramref name="loader"/> created.</summary>
    public GeneratorWeights(WeightLoader loader)
    {
        Parameters = loader.Parameters;
        DeviceBytes = loader.DeviceBytes;
        resources = loader.Release();
    }

    /// <summary>Sizes.</summary>
    public required GeneratorShape Shape { get; init; }

    /// <summary>Order of generation.</summary>
    public required DecodeSchedule Schedule { get; init; }

    /// <summary>Token embeddings followed by condition embeddings, [rows, width].</summary>
    public required EmbeddingTable Embedding { get; init; }

    /// <summary>Learned position embedding, float32 [positions, width]; null where the model has none.</summary>
    public required DeviceBuffer? PositionEmbedding { get; init; }

    /// <summary>Rows of <see cref="PositionEmbedding"/>.</summary>
    public required int Positions { get; init; }

    /// <summary>Trunk and head blocks, in order.</summary>
    public required IReadOnlyList<GeneratorBlock> Blocks { get; init; }

    /// <summary>Heads in voting order, ascending by block.</summary>
    public required IReadOnlyList<GeneratorHead> Heads { get; init; }

    /// <summary>Output matrices of all heads side by side, [vocabulary, heads * width].</summary>
    public required PackedMatrix Output { get; init; }

    /// <summary>RMSNorm epsilon.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Classes that can be asked for; 0 where the condition is made of tokens.</summary>
    public required int Classes { get; init; }

    /// <summary>Embedding row of condition value 0: class 0, or token 0 where the condition is made of tokens.</summary>
    public required int FirstConditionRow { get; init; }

    /// <summary>Largest condition value + 1.</summary>
    public required int ConditionValues { get; init; }

    /// <summary>Condition value that means "no class"; null where guidance is impossible.</summary>
    public required int? UnconditionalValue { get; init; }

    /// <summary>Weights, counted.</summary>
    public long Parameters { get; }

    /// <summary>Device bytes of the weights.</summary>
    public long DeviceBytes { get; }

    /// <inheritdoc/>
    public void Dispose() => resources.Dispose();
}
