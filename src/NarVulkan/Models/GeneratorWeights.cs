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
    /// <summary>Sizes.</summary>
    public required GeneratorShape Shape { get; init; }

    /// <summary>Order of generation.</summary>
    public required DecodeSchedule Schedule { get; init; }

    /// <summary>Token embeddings followed by condition and special embeddings, [rows, width].</summary>
    public required EmbeddingTable Embedding { get; init; }

    /// <summary>What conditions the generator.</summary>
    public required GeneratorCondition Condition { get; init; }

    /// <summary>Embedding rows of the special tokens; empty where there are none.</summary>
    public IReadOnlyList<int> SpecialRows { get; init; } = [];

    /// <summary>Learned position embedding, float32 [positions, width]; null where the model has none.</summary>
    public DeviceBuffer? PositionEmbedding { get; init; }

    /// <summary>Rows of <see cref="PositionEmbedding"/>.</summary>
    public int Positions { get; init; }

    /// <summary>Whether queries and keys turn with the token's row and column (<see cref="RotaryTable"/>).</summary>
    public bool Rotary { get; init; }

    /// <summary>Trunk and head blocks, in order.</summary>
    public required IReadOnlyList<GeneratorBlock> Blocks { get; init; }

    /// <summary>Heads in voting order, ascending by block.</summary>
    public required IReadOnlyList<GeneratorHead> Heads { get; init; }

    /// <summary>Output matrices of all heads side by side, [vocabulary, heads * width].</summary>
    public required PackedMatrix Output { get; init; }

    /// <summary>RMSNorm epsilon.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Owner of all of the above.</summary>
    public required LoadedTensors Tensors { get; init; }

    /// <summary>Classes that can be asked for; 0 where the condition is none.</summary>
    public int Classes => (Condition as ClassCondition)?.Classes ?? 0;

    /// <summary>The text projection; null where the condition is no text.</summary>
    public CaptionProjection? Captions => (Condition as TextCondition)?.Captions;

    /// <summary>Weights, counted.</summary>
    public long Parameters => Tensors.Parameters;

    /// <summary>Device bytes of the weights.</summary>
    public long DeviceBytes => Tensors.DeviceBytes;

    /// <inheritdoc/>
    public void Dispose() => Tensors.Dispose();
}
