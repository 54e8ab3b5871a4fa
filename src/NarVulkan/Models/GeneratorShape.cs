namespace NarVulkan.Models;

/// <summary>Sizes of a token generator.</summary>
/// <param name="Width">Model width, d.</param>
/// <param name="Heads">Attention heads, h.</param>
/// <param name="FeedForward">Width of the SwiGLU layer.</param>
/// <param name="Blocks">All blocks, those of the further heads included.</param>
/// <param name="Vocabulary">Codebook size, V: entries that can be sampled.</param>
internal readonly record struct GeneratorShape(int Width, int Heads, int FeedForward, int Blocks, int Vocabulary)
{
    /// <summary>Width of an attention head, D.</summary>
    public int HeadSize => Width / Heads;
}
