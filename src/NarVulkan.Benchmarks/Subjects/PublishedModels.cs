using NarVulkan.Checkpoints;

namespace NarVulkan.Benchmarks.Subjects;

/// <summary>
/// The published generators by the names that users know: family, size, data set. NAR and LARP make videos of UCF-101 as 4 x 16 x 16 tokens;
/// NAR and LlamaGen images of ImageNet as 16 x 16, LlamaGen and PAR as 24 x 24, and images of a text, of which only XL is published, as 16 x 16 and 32 x 32.
/// </summary>
internal static class PublishedModels
{
    private const int PixelsOfToken = 16;
    private const int ImageVocabulary = 16384, ImageClasses = 1000, VideoVocabulary = 8192, VideoClasses = 101;

    private static readonly IReadOnlyList<int> Small = [16, 16], Large = [24, 24], Largest = [32, 32], Clip = [4, 16, 16];

    /// <summary>Names of the original implementations that mean one of ours.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["llama-abs-S"] = "nar-s-ucf",
        ["llama-abs-B"] = "nar-b-ucf",
        ["llama-abs-L"] = "nar-l-ucf",
        ["llama-abs-LP"] = "nar-lp-ucf",
        ["GPT-B"] = "nar-b-imagenet",
        ["GPT-M"] = "nar-m-imagenet",
        ["GPT-L"] = "nar-l-imagenet",
        ["GPT-XL"] = "nar-xl-imagenet",
        ["GPT-XXL"] = "nar-xxl-imagenet",
    };

    /// <summary>All of them, families together, sizes in the order of their definitions.</summary>
    public static IReadOnlyList<PublishedModel> All { get; } =
    [
        .. Family(isVideo: true, "nar-c2v", "nar-{0}-ucf", "NAR {0}, video of 4x16x16 tokens", Clip),
        .. Family(isVideo: true, "larp-c2v", "larp-{0}-ucf", "LARP {0}, raster video of 4x16x16 tokens", Clip),
        .. Family(isVideo: false, "nar-c2i", "nar-{0}-imagenet", "NAR {0}, image of 16x16 tokens", Small),
        .. Family(isVideo: false, "llamagen-c2i", "llamagen-{0}-imagenet", "LlamaGen {0}, raster image of 16x16 tokens", Small),
        .. Family(isVideo: false, "llamagen-c2i", "llamagen-{0}-imagenet384", "LlamaGen {0}, raster image of 24x24 tokens", Large),
        .. Family(isVideo: false, "par-c2i", "par-{0}-4x-imagenet", "PAR {0}, 4 tokens at a time, image of 24x24 tokens", Large, parallel: 4),
        .. Family(isVideo: false, "par-c2i", "par-{0}-16x-imagenet", "PAR {0}, 16 tokens at a time, image of 24x24 tokens", Large, parallel: 16),
        .. Text("nar-t2i", "nar-xl-t2i", "NAR XL, image of a text"),
        .. Text("llamagen-t2i", "llamagen-xl-t2i", "LlamaGen XL, raster image of a text"),
    ];

    /// <summary>Every name that <see cref="Find"/> knows.</summary>
    public static IEnumerable<string> Names => All.Select(model => model.Name).Concat(Aliases.Keys);

    /// <summary>The model of that name, whatever its case; or one of any size as <c>ARCHITECTURE:SIZE</c>, where a size is published or WIDTHxBLOCKSxHEADS.</summary>
    public static PublishedModel? Find(string name)
    {
        string wanted = Aliases.GetValueOrDefault(name, name);
        return All.FirstOrDefault(model => model.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) ?? OfAnySize(name);
    }

    private static PublishedModel? OfAnySize(string name)
    {
        if (name.Split(':') is not [var architecture, var size] || !Architectures.ByName.TryGetValue(architecture, out var known))
        {
            return null;
        }
        bool isVideo = known.IsVideo();
        return (PublishedSizes.Find(isVideo, size.ToUpperInvariant()) ?? Split(size)) is var (width, blocks, heads)
            ? new PublishedModel(name, $"{architecture} of random weights, width {width}, {blocks} blocks, {heads} heads", Random(architecture, isVideo, (width, blocks, heads), isVideo ? Clip : Small, parallel: 4))
            : null;
    }

    private static (int Width, int Blocks, int Heads)? Split(string size)
    {
        int[] numbers = [.. size.Split('x').Select(part => int.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : -1)];
        return numbers is [> 0, > 0, > 0] ? (numbers[0], numbers[1], numbers[2]) : null;
    }

    private static IEnumerable<PublishedModel> Family(bool isVideo, string architecture, string name, string title, IReadOnlyList<int> grid, int parallel = 4) =>
        PublishedSizes.Names(isVideo).Select(size => new PublishedModel(
            string.Format(null, name, size.ToLowerInvariant()),
            string.Format(null, title, size),
            Random(architecture, isVideo, PublishedSizes.Find(isVideo, size)!.Value, grid, parallel)));

    private static IEnumerable<PublishedModel> Text(string architecture, string name, string title) => new[] { Small, Largest }.Select(grid => new PublishedModel(
        $"{name}-{grid[0] * PixelsOfToken}",
        $"{title}, {grid[0]}x{grid[1]} tokens",
        Random(architecture, isVideo: false, PublishedSizes.Find(isVideo: false, "XL")!.Value, grid, parallel: 4)));

    private static NarRandomModel Random(string architecture, bool isVideo, (int Width, int Blocks, int Heads) size, IReadOnlyList<int> grid, int parallel) => new()
    {
        Architecture = architecture,
        Width = size.Width,
        Blocks = size.Blocks,
        Heads = size.Heads,
        Grid = grid,
        Vocabulary = isVideo ? VideoVocabulary : ImageVocabulary,
        Classes = isVideo ? VideoClasses : ImageClasses,
        ParallelTokens = parallel,
    };
}
