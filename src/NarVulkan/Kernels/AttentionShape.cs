namespace NarVulkan.Kernels;

/// <summary>What attends to what. Key positions are slots of the cache, counted from 0 in every sequence.</summary>
internal readonly record struct AttentionShape
{
    public required int Sequences { get; init; }

    /// <summary>Sequence s reads the cache of sequence s * SequenceStride: 2 when only the conditional half is fed.</summary>
    public required int SequenceStride { get; init; }

    public required int RowsPerSequence { get; init; }

    public required int Heads { get; init; }

    /// <summary>A multiple of 4, at most 128.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Slots of a sequence and head in the cache.</summary>
    public required int Capacity { get; init; }

    /// <summary>Slots [0, KeyCount) hold keys.</summary>
    public required int KeyCount { get; init; }

    /// <summary>Keys [HiddenBegin, HiddenEnd) are not looked at.</summary>
    public int HiddenBegin { get; init; }

    public int HiddenEnd { get; init; }

    /// <summary>Keys [0, MaskedKeys) are visible where the mask says so, or to their own row; 0 where there is no mask.</summary>
    public int MaskedKeys { get; init; }

    /// <summary>A masked key is hidden from its own row, too.</summary>
    public bool OwnKeyMasked { get; init; }

    /// <summary>Row i sees keys up to <see cref="CausalFirstKey"/> + i only.</summary>
    public bool Causal { get; init; }

    /// <summary>Key of row 0 itself; row i's own key is that many further on.</summary>
    public int CausalFirstKey { get; init; }

    /// <summary>Scores are not divided by the root of <see cref="HeadSize"/>.</summary>
    public bool Unscaled { get; init; }

    /// <summary>
    /// Scores get a bias by head and distance, of which there are 2 * BiasReach + 1: key minus own key, from -BiasReach on. Null where there is none.
    /// </summary>
    public int? BiasReach { get; init; }

    /// <summary>Position biases of a head.</summary>
    public int BiasStride => BiasReach is { } reach ? (2 * reach) + 1 : 0;

    /// <summary>32-bit words of a sequence's mask.</summary>
    public int MaskWords => (MaskedKeys + 31) / 32;
}
