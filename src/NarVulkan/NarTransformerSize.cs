namespace NarVulkan;

/// <summary>Sizes of a generator's transformer.</summary>
/// <param name="Width">Model width, d.</param>
/// <param name="Blocks">Trunk blocks, L: those that every head passes through.</param>
/// <param name="ExtraHeadBlocks">Blocks after the trunk, for the further heads.</param>
/// <param name="Heads">Attention heads, h.</param>
/// <param name="FeedForward">Width inside the feed-forward layers.</param>
public sealed record NarTransformerSize(int Width, int Blocks, int ExtraHeadBlocks, int Heads, int FeedForward);
