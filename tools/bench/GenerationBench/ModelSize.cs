namespace GenerationBench;

/// <summary>Published sizes of NAR video generators and of the tokenizer that goes with them.</summary>
/// <param name="Name">Name of the size in the NAR and LARP projects.</param>
/// <param name="Width">Model width, d.</param>
/// <param name="TrunkBlocks">Blocks without the two of the further heads.</param>
/// <param name="Heads">Attention heads.</param>
internal sealed record ModelSize(string Name, int Width, int TrunkBlocks, int Heads)
{
    /// <summary>Blocks of the down and the back head.</summary>
    public const int ExtraBlocks = 2;

    /// <summary>UCF-101 models: 16 frames of 128 x 128 as 4 x 16 x 16 tokens of a codebook of 8192, 101 classes.</summary>
    public const int Frames = 4, Rows = 16, Columns = 16, Vocabulary = 8192, Classes = 101;

    /// <summary>All sizes.</summary>
    public static IReadOnlyList<ModelSize> All { get; } =
    [
        new("llama-abs-S", 384, 12, 6),
        new("llama-abs-B", 768, 12, 12),
        new("llama-abs-L", 1024, 24, 16),
        new("llama-abs-LP", 1280, 30, 20),
    ];

    /// <summary>Width inside the feed-forward layers: int(8 d / 3) rounded up to a multiple of 256.</summary>
    public int FeedForward => (8 * Width / 3 + 255) / 256 * 256;
}
