using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Models;

namespace NarVulkan;

/// <summary>Turns a request for random weights into what a model folder and its weights file would be.</summary>
internal static class RandomModelLoading
{
    // Far beyond every generator there is, and such that no product of two of them leaves 64 bits.
    private const int MostWidth = 1 << 16, MostBlocks = 1 << 12, MostRows = 1 << 24, MostTokens = 1 << 20;

    private static readonly Architecture[] Architectures =
    [
        Architecture.NarClassToImage, Architecture.ParClassToImage, Architecture.LlamaGenClassToImage, Architecture.NarClassToVideo, Architecture.LarpClassToVideo,
        Architecture.NarTextToImage, Architecture.LlamaGenTextToImage,
    ];

    /// <summary>The folder that the model would come from; nothing of it exists.</summary>
    /// <exception cref="InvalidRequestException">A size is none that a generator can have, or sizes contradict each other.</exception>
    public static ModelFolder Describe(NarRandomModel random)
    {
        var architecture = CheckArchitecture(random.Architecture);
        CheckTransformer(random);
        var grid = CheckGrid(random, architecture);
        bool isPar = architecture == Architecture.ParClassToImage;
        if (isPar)
        {
            CheckRegions(random);
        }
        string name = $"random-{architecture.Name()}-{random.Width}x{random.Blocks}";
        return new ModelFolder
        {
            Directory = name,
            Name = name,
            Generator = new GeneratorDescription(
                architecture, name, random.Heads, grid, architecture.DefaultConditionTokens(grid), architecture.DefaultExtraHeadBlocks(), isPar ? random.ParallelTokens : 0),
        };
    }

    /// <summary>The weights that the file would hold; they are computed as they are read.</summary>
    /// <param name="random">The request, as <see cref="Describe"/> has checked it.</param>
    /// <param name="description">What <see cref="Describe"/> made of it.</param>
    public static WeightFile Weights(NarRandomModel random, GeneratorDescription description)
    {
        var contents = new WeightFileContents(PlainValues.Empty);
        foreach (var shape in GeneratorTensors.Of(description, random.Width, random.Blocks, FeedForward(random), random.Vocabulary, random.Classes, random.TextFeatureWidth))
        {
            contents.Add(new RandomTensor(description.WeightsPath, shape, random.Seed), description.WeightsPath);
        }
        return WeightFile.Of(description.WeightsPath, contents);
    }

    private static Architecture CheckArchitecture(string name) => Checkpoints.Architectures.ByName.TryGetValue(name, out var architecture) && Architectures.Contains(architecture)
        ? architecture
        : throw new InvalidRequestException($"there are no random weights for a generator '{name}'; choose one of {string.Join(", ", Architectures.Select(known => known.Name()))}.");

    private static void CheckTransformer(NarRandomModel random)
    {
        CheckSize("width", random.Width, MostWidth);
        CheckSize("number of blocks", random.Blocks, MostBlocks);
        CheckSize("number of heads", random.Heads, MostWidth);
        CheckSize("vocabulary", random.Vocabulary, MostRows);
        CheckSize("number of classes", random.Classes, MostRows - 1);
        CheckSize("width of text features", random.TextFeatureWidth, MostWidth);
        if (random.TextFeatureWidth % MatrixPacker.ChunkLength != 0)
        {
            throw new InvalidRequestException($"text features of a width of {random.TextFeatureWidth} are not supported; choose a multiple of {MatrixPacker.ChunkLength}.");
        }
        if (random.FeedForward is { } given)
        {
            CheckSize("feed-forward width", given, MostRows);
        }
        int headSize = random.Width / random.Heads;
        if (random.Width % random.Heads != 0 || random.Width % 8 != 0 || headSize % 4 != 0 || headSize > AttentionKernel.LargestHead)
        {
            throw new InvalidRequestException($"a width of {random.Width} with {random.Heads} head(s) does not give heads of a multiple of 4 up to {AttentionKernel.LargestHead}, or is no multiple of 8; choose another width or number of heads.");
        }
        if (FeedForward(random) % 8 != 0)
        {
            throw new InvalidRequestException($"a feed-forward width of {FeedForward(random)} is not a multiple of 8; choose one that is.");
        }
    }

    private static IReadOnlyList<int> CheckGrid(NarRandomModel random, Architecture architecture)
    {
        int sides = architecture.IsVideo() ? 3 : 2;
        string kind = architecture.IsVideo() ? "[frames, rows, columns]" : "[rows, columns]";
        if (random.Grid is not { } grid || grid.Count != sides)
        {
            throw new InvalidRequestException($"the grid of a {architecture.Name()} generator is {kind}, not [{string.Join(", ", random.Grid ?? [])}].");
        }
        if (grid.Any(side => side is < 1 or > MostTokens) || grid.Aggregate((Int128)1, (tokens, side) => tokens * side) > MostTokens)
        {
            throw new InvalidRequestException($"a grid of {string.Join("x", grid)} tokens is none that a generator has: sides are at least 1, and tokens at most {MostTokens}.");
        }
        return [.. grid];
    }

    private static void CheckRegions(NarRandomModel random)
    {
        if (random.ParallelTokens is not (4 or 16))
        {
            throw new InvalidRequestException($"{random.ParallelTokens} parallel tokens are not supported; PAR generates 4 or 16 together.");
        }
        int regions = random.ParallelTokens == 4 ? 2 : 4;
        if (random.Grid.Any(side => side % regions != 0))
        {
            throw new InvalidRequestException($"a grid of {string.Join("x", random.Grid)} cannot be cut into {regions}x{regions} regions for {random.ParallelTokens} parallel tokens; choose sides that are multiples of {regions}.");
        }
    }

    private static void CheckSize(string what, int size, int most)
    {
        if (size < 1 || size > most)
        {
            throw new InvalidRequestException($"a {what} of {size} is none that a generator has; choose 1 to {most}.");
        }
    }

    /// <summary>The width asked for, or that of the published models.</summary>
    private static int FeedForward(NarRandomModel random) => random.FeedForward ?? (8 * random.Width / 3 + 255) / 256 * 256;
}
