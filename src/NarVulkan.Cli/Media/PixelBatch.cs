namespace NarVulkan.Cli.Media;

/// <summary>Images or clips as a tokenizer takes them.</summary>
/// <param name="Values">float32 [samples, 3, height, width] in -1..1, for videos [samples, 3, frames, height, width] in 0..1.</param>
/// <param name="Count">Samples.</param>
/// <param name="Grid">[rows, columns] in tokens of an image; null for clips, of which a tokenizer takes one size only.</param>
internal sealed record PixelBatch(float[] Values, int Count, IReadOnlyList<int>? Grid)
{
    /// <summary>Tokens that each sample becomes.</summary>
    public int TokensOf(NarModelInfo info) => Grid is { } grid ? grid[0] * grid[1] : info.TokenCount;
}
