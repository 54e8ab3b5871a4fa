namespace NarVulkan.Decoding;

/// <summary>Where the embedding of a fed row comes from.</summary>
internal enum FedSource
{
    /// <summary>A condition token: class, separator or text feature.</summary>
    Condition,

    /// <summary>A token that an earlier step sampled.</summary>
    Generated,

    /// <summary>A learned special token of the parallel-group models.</summary>
    Special,
}

/// <summary>One row that a step feeds through the transformer.</summary>
/// <param name="Source">Which list <paramref name="Index"/> counts in.</param>
/// <param name="Index">Condition index, index in order of generation, or special-token index.</param>
/// <param name="Position">
/// For the position embedding or RoPE: the index of a condition row, or the condition tokens plus a token's raster index;
/// negative for a row that has no place.
/// </param>
internal readonly record struct FedRow(FedSource Source, int Index, int Position);
