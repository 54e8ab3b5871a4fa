namespace NarVulkan.Text;

/// <summary>What a piece is for; the numbers are those of SentencePiece's files.</summary>
internal enum PieceKind
{
    /// <summary>A part of text with its log probability.</summary>
    Normal = 1,

    /// <summary>Stands for what no piece covers.</summary>
    Unknown = 2,

    /// <summary>Marks of which a text has none: end, padding.</summary>
    Control = 3,

    /// <summary>A part of text that is never cut and never normalised.</summary>
    UserDefined = 4,

    /// <summary>In the vocabulary, but never chosen: T5's extra ids, among others.</summary>
    Unused = 5,

    /// <summary>A byte of what no piece covers.</summary>
    Byte = 6,
}
