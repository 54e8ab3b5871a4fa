namespace NarVulkan.Text.Cleaning;

/// <summary>Kinds of characters, for the rules of <see cref="Mojibake"/>.</summary>
[Flags]
internal enum MojibakeKinds
{
    None = 0,
    Common = 1 << 0,

    /// <summary>Control characters above ASCII.</summary>
    C1 = 1 << 1,

    /// <summary>Signs that hardly occur in good text.</summary>
    Bad = 1 << 2,

    /// <summary>Paragraph and section signs.</summary>
    Law = 1 << 3,
    Currency = 1 << 4,

    /// <summary>Punctuation that begins something.</summary>
    Start = 1 << 5,

    /// <summary>Punctuation that ends something.</summary>
    End = 1 << 6,
    Numeric = 1 << 7,

    /// <summary>Letters that faces are made of.</summary>
    Face = 1 << 8,
    UpperAccented = 1 << 9,
    LowerAccented = 1 << 10,
    UpperCommon = 1 << 11,
    LowerCommon = 1 << 12,

    /// <summary>Lines and blocks.</summary>
    Box = 1 << 13,

    /// <summary>a to z.</summary>
    SmallLatin = 1 << 14,

    /// <summary>A to Z.</summary>
    CapitalLatin = 1 << 15,

    /// <summary>White space.</summary>
    Space = 1 << 16,

    /// <summary>Letters, numbers and the underscore.</summary>
    Word = 1 << 17,
}
