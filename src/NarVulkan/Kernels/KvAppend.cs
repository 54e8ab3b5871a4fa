using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>Where the keys and values of new rows go, and by what angles queries and keys are turned.</summary>
internal sealed record KvAppend
{
    /// <summary>Float32 [sequences * <see cref="SequenceStride"/>, heads, capacity, head size].</summary>
    public required DeviceBuffer Keys { get; init; }

    /// <summary>Shaped as <see cref="Keys"/>.</summary>
    public required DeviceBuffer Values { get; init; }

    /// <summary>Cosine and sine for each slot and pair, float32 [slots, head size / 2, 2]; null where nothing is turned.</summary>
    public DeviceBuffer? Angles { get; init; }

    public required int RowsPerSequence { get; init; }

    /// <summary>Cache sequence of fed sequence q is q * SequenceStride.</summary>
    public required int SequenceStride { get; init; }

    public required int Heads { get; init; }

    /// <summary>Even.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Slots of a sequence and head in the cache.</summary>
    public required int Capacity { get; init; }

    /// <summary>Row i of a sequence goes to slot FirstSlot + i.</summary>
    public required int FirstSlot { get; init; }

    /// <summary>Floats of a row of queries.</summary>
    public int Width => Heads * HeadSize;
}
