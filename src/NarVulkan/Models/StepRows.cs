using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>The rows that pass through the blocks together, and what of the KV cache they touch.</summary>
internal readonly record struct StepRows
{
    /// <summary>Sequences fed, Q: samples, twice that where guidance is on.</summary>
    public required int Sequences { get; init; }

    /// <summary>Cache sequence of fed sequence q is <c>q * SequenceStride</c>: 2 once guidance went off.</summary>
    public required int SequenceStride { get; init; }

    /// <summary>Rows fed for each sequence, n.</summary>
    public required int RowsPerSequence { get; init; }

    /// <summary>KV slot of a sequence's first row.</summary>
    public required int FirstSlot { get; init; }

    /// <summary>Length of the visible prefix of the cache.</summary>
    public required int VisibleKeys { get; init; }

    /// <summary>First invisible slot of that prefix.</summary>
    public int HiddenBegin { get; init; }

    /// <summary>End of the invisible span.</summary>
    public int HiddenEnd { get; init; }

    /// <summary>Leading slots that <see cref="KeyMask"/> covers; 0 where there is none.</summary>
    public int MaskedKeys { get; init; }

    /// <summary>Visible condition slots of each cache sequence, one bit each; null where all are.</summary>
    public DeviceBuffer? KeyMask { get; init; }

    /// <summary>Rotary angles of each slot; null where the model turns nothing.</summary>
    public DeviceBuffer? Rotary { get; init; }

    /// <summary>Whether row i sees slots up to <c>FirstSlot + i</c> only.</summary>
    public bool Causal { get; init; }

    /// <summary>Rows of all sequences, M.</summary>
    public int Rows => Sequences * RowsPerSequence;
}
