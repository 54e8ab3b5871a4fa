namespace NarVulkan.Checkpoints;

/// <summary>What a weights file is, as far as names and shapes of its tensors tell.</summary>
internal sealed record RecognizedModel
{
    /// <summary>In words, such as <c>nar-c2v</c>, <c>LARP video tokenizer</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Null unless it is a token generator.</summary>
    public Architecture? Architecture { get; init; }

    /// <summary>Null unless it is a tokenizer.</summary>
    public TokenizerKind? Tokenizer { get; init; }

    /// <summary>Model width d.</summary>
    public required long Width { get; init; }

    /// <summary>Trunk blocks of a generator, blocks of an encoder; for tokenizers decoder blocks. 0 where it does not apply.</summary>
    public required int Layers { get; init; }

    /// <summary>Blocks after the trunk.</summary>
    public int ExtraHeadBlocks { get; init; }

    /// <summary>Codebook or vocabulary size.</summary>
    public required long Vocabulary { get; init; }

    /// <summary>Classes without the unconditional one; null where there are none.</summary>
    public long? Classes { get; init; }

    /// <summary>Visual tokens of the position table; null where there is none.</summary>
    public long? VisualTokens { get; init; }

    /// <summary>Tokens of a text condition; null where there is none.</summary>
    public long? TextTokens { get; init; }

    /// <summary>Tokens that PAR makes at once; null for the others.</summary>
    public long? ParallelTokens { get; init; }

    /// <summary>Heads from the file's settings, or else from the table of published models; null if neither tells.</summary>
    public int? LikelyHeads { get; init; }

    /// <summary>Name of the published size, such as <c>LP</c>; null if it is none.</summary>
    public string? PublishedSize { get; init; }

    /// <summary>Elements of all tensors of the model itself.</summary>
    public required long ParameterCount { get; init; }
}
