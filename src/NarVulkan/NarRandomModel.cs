namespace NarVulkan;

/// <summary>
/// A generator with random weights: the work of a real checkpoint of that size without its file, for timing and for
/// trying devices. What it generates is noise.
/// </summary>
public sealed record NarRandomModel
{
    /// <summary>Architecture as in <c>narvk.json</c>: <c>nar-c2i</c>, <c>par-c2i</c>, <c>llamagen-c2i</c>, <c>nar-c2v</c>, <c>larp-c2v</c>, <c>nar-t2i</c>, <c>llamagen-t2i</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Model width, d; a multiple of <see cref="Heads"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Trunk blocks, L.</summary>
    public required int Blocks { get; init; }

    /// <summary>Attention heads, h.</summary>
    public required int Heads { get; init; }

    /// <summary>[rows, columns] or [frames, rows, columns] in tokens.</summary>
    public required IReadOnlyList<int> Grid { get; init; }

    /// <summary>Codebook size, V.</summary>
    public int Vocabulary { get; init; } = 16384;

    /// <summary>Classes; text-to-image models have none.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Width inside the feed-forward layers; null: that of the published models, int(8 Width / 3) rounded up to a multiple of 256.</summary>
    public int? FeedForward { get; init; }

    /// <summary>PAR: tokens generated together (4 or 16).</summary>
    public int ParallelTokens { get; init; } = 4;

    /// <summary>Width of the text features that text-to-image models take, a multiple of 8; that of flan-t5-xl, with which the published ones were trained.</summary>
    public int TextFeatureWidth { get; init; } = 2048;

    /// <summary>Seed of the weights.</summary>
    public ulong Seed { get; init; } = 1;
}
