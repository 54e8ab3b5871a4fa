using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Comparison;

/// <summary>The size that all compared generators have.</summary>
internal sealed record ComparedSize
{
    private const string Tiny = "tiny";
    private const int ImageVocabulary = 16384, ImageClasses = 1000;
    private const int VideoVocabulary = 8192, VideoClasses = 101;

    /// <summary>What to call it.</summary>
    public required string Name { get; init; }

    public required int Width { get; init; }

    public required int Blocks { get; init; }

    public required int Heads { get; init; }

    /// <summary>Width inside the feed-forward layers; null for the published rule.</summary>
    public int? FeedForward { get; init; }

    /// <summary>[rows, columns] or [frames, rows, columns] in tokens.</summary>
    public required IReadOnlyList<int> Grid { get; init; }

    public required int Vocabulary { get; init; }

    public required int Classes { get; init; }

    public bool IsVideo => Grid.Count == 3;

    /// <summary>The size of a loaded class model.</summary>
    public static ComparedSize Of(NarModelInfo info, NarTransformerSize transformer) => new()
    {
        Name = info.Name,
        Width = transformer.Width,
        Blocks = transformer.Blocks,
        Heads = transformer.Heads,
        FeedForward = transformer.FeedForward,
        Grid = info.Media == NarMedia.Image ? info.Grid.Skip(1).ToArray() : info.Grid,
        Vocabulary = info.Vocabulary,
        Classes = info.ClassCount,
    };

    /// <summary>A named size of random weights.</summary>
    /// <param name="name">Published name, or tiny, as typed; null for one that ends in under a minute on that kind of device.</param>
    /// <param name="grid">Token grid; null for 16x16.</param>
    /// <param name="deviceKind">Kind of the device.</param>
    /// <exception cref="InvalidRequestException">There is no such size.</exception>
    public static ComparedSize Random(string? name, IReadOnlyList<int>? grid, string deviceKind)
    {
        grid ??= [16, 16];
        bool isVideo = grid.Count == 3;
        string chosen = name ?? deviceKind switch
        {
            "software" => Tiny,
            "discrete" => "L",
            _ => "B",
        };
        (int width, int blocks, int heads) = chosen.Equals(Tiny, StringComparison.OrdinalIgnoreCase)
            ? (384, 6, 6)
            : PublishedSizes.Find(isVideo, chosen.ToUpperInvariant()) ?? throw new InvalidRequestException(
                $"--size: there is no {(isVideo ? "video" : "image")} generator of size '{name}'; choose one of {string.Join(", ", PublishedSizes.Names(isVideo).Append(Tiny))}");
        return new ComparedSize
        {
            Name = chosen,
            Width = width,
            Blocks = blocks,
            Heads = heads,
            Grid = grid,
            Vocabulary = isVideo ? VideoVocabulary : ImageVocabulary,
            Classes = isVideo ? VideoClasses : ImageClasses,
        };
    }
}
