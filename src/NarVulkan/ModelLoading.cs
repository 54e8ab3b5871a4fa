using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Models;
using NarVulkan.Models.Larp;
using NarVulkan.Models.Vq;

namespace NarVulkan;

/// <summary>From a model folder to weights on a device.</summary>
internal static class ModelLoading
{
    private const string FramePredictionNote =
        "as published, frame prediction sees only the first condition token and the separator; the rest of the condition clip has no effect";

    /// <summary>A generator and the precision of its weights.</summary>
    public sealed record LoadedGenerator(TokenGenerator Engine, GeneratorDescription Description, NarPrecision Precision);

    /// <summary>Loads the folder's generator to the device.</summary>
    /// <exception cref="ModelFileException">The file is wrong, or the architecture is not supported.</exception>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public static LoadedGenerator LoadGenerator(NarContext context, GeneratorDescription description, NarLoadOptions options, LoadReport? report = null)
    {
        using var file = WeightFile.Open(description.WeightsPath);
        return LoadGenerator(context, file, description, options, report);
    }

    /// <summary>Loads a generator from weights that are at hand.</summary>
    /// <exception cref="ModelFileException">They are wrong, or the architecture is not supported.</exception>
    public static LoadedGenerator LoadGenerator(NarContext context, WeightFile file, GeneratorDescription description, NarLoadOptions options, LoadReport? report = null)
    {
        // Families share most of their tensor names: read as another one, a file would make noise without a word.
        if (ModelRecognizer.Recognize(file) is { Architecture: { } found } && found != description.Architecture)
        {
            throw new ModelFileException(file.Path, $"holds a {found.Name()} generator, but the folder says \"architecture\": \"{description.Architecture.Name()}\"; correct it in narvk.json.");
        }
        var precision = WeightPrecisionChoice.Choose(options.Precision, file, context.Vulkan.Profile);
        MemoryCheck.Weights(context.Vulkan, file.Path, file.Tensors.Values, precision);
        report?.Expect(file.Tensors.Values);
        context.Kernels.PrepareForGenerators();
        using var loader = new WeightLoader(context.Vulkan, file, precision, report?.Loaded);
        var weights = description.Architecture switch
        {
            Architecture.NarClassToVideo or Architecture.NarFramePrediction => NarVideo.Load(loader, description),
            Architecture.NarClassToImage or Architecture.NarTextToImage => NarImage.Load(loader, description),
            Architecture.ParClassToImage => ParallelImage.Load(loader, description),
            Architecture.LlamaGenClassToImage or Architecture.LlamaGenTextToImage => RasterImage.Load(loader, description),
            Architecture.LarpClassToVideo => RasterVideo.Load(loader, description),
            var other => throw new InvalidOperationException($"no description of {other}"),
        };
        context.Vulkan.Notify(MatmulTuning.AtLoad(context.Vulkan, context.Kernels.Matmul, loader.Matrices));
        return new LoadedGenerator(new TokenGenerator(context.Kernels, weights), description, WeightPrecisionChoice.Name(precision));
    }

    /// <summary>Opens the folder's tokenizer; its halves are loaded when first needed.</summary>
    /// <exception cref="ModelFileException">A file is wrong.</exception>
    public static IPixelTokenizer OpenTokenizer(NarContext context, TokenizerDescription description, NarLoadOptions options) => description.Kind switch
    {
        TokenizerKind.Larp => LarpTokenizer.Open(context.Kernels, description, options.Precision),
        TokenizerKind.Vq => VqTokenizer.Open(context.Kernels, description, options.Precision),
        var other => throw new InvalidOperationException($"no tokenizer of kind {other}"),
    };

    /// <summary>Refuses a generator and a tokenizer that do not speak of the same tokens.</summary>
    /// <exception cref="ModelFileException">They do not.</exception>
    public static void CheckPair(string directory, GeneratorWeights weights, IPixelTokenizer tokenizer)
    {
        if (weights.Shape.Vocabulary > tokenizer.Vocabulary)
        {
            throw new ModelFileException(directory, $"the generator samples {weights.Shape.Vocabulary} codes but the tokenizer has {tokenizer.Vocabulary}; they do not belong together.");
        }
        var grid = weights.Schedule.Grid;
        if (tokenizer.OwnGrid is not { } own)
        {
            if (grid.Frames != 1)
            {
                throw new ModelFileException(directory, "the generator makes videos but the tokenizer decodes images; they do not belong together.");
            }
            return;
        }
        if (grid.Count != own.Count)
        {
            throw new ModelFileException(directory, $"the generator makes {grid.Count} tokens but the tokenizer decodes {own.Count}; they do not belong together.");
        }
        // A code describes the patch of its own place, so the order of generation must be laid over the tokenizer's own grid.
        if ((own.Frames > 1 || own.Rows > 1) && grid != own)
        {
            throw new ModelFileException(directory, $"the generator's grid is {grid.Frames}x{grid.Rows}x{grid.Columns} but the tokenizer's is {own.Frames}x{own.Rows}x{own.Columns}; correct \"grid\" in narvk.json.");
        }
    }

    /// <summary>What was loaded, for the public.</summary>
    public static NarModelInfo Describe(ModelFolder folder, LoadedGenerator? generator, IPixelTokenizer? tokenizer)
    {
        var weights = generator?.Engine.Weights;
        var names = folder.Classes;
        if (weights is { Classes: > 0 } && names is not null && names.Count != weights.Classes)
        {
            throw new ModelFileException(folder.Directory, $"\"classes\" lists {names.Count} names but the generator has {weights.Classes} classes.");
        }
        bool isVideo = generator?.Description.Architecture.IsVideo() ?? tokenizer is LarpTokenizer;
        var grid = weights?.Schedule.Grid ?? tokenizer?.OwnGrid;
        PixelShape? pixels = tokenizer is not null && (tokenizer.OwnGrid ?? grid) is { } decoded ? tokenizer.ShapeOf(decoded) : null;
        return new NarModelInfo
        {
            Name = folder.Name,
            Architecture = generator?.Description.Architecture.Name() ?? (isVideo ? "larp" : "vq"),
            Media = isVideo ? NarMedia.Video : NarMedia.Image,
            Transformer = weights is null ? null : Sizes(weights.Shape, generator!.Description.ExtraHeadBlocks),
            Schedule = weights?.Schedule.Name,
            Grid = grid is { } g ? [g.Frames, g.Rows, g.Columns] : [],
            TokenCount = grid?.Count ?? 0,
            Vocabulary = weights?.Shape.Vocabulary ?? tokenizer!.Vocabulary,
            ClassCount = weights?.Classes ?? 0,
            ClassNames = weights is { Classes: > 0 } ? names : null,
            ConditionTokens = weights?.Schedule.ConditionTokens ?? 0,
            TextFeatureWidth = weights?.Captions?.FeatureWidth ?? 0,
            TakesPrompts = weights?.Captions is not null && folder.Text is not null,
            Steps = weights?.Schedule.Steps.Count ?? 0,
            TokensPerStep = weights?.Schedule.Steps.Select(step => step.Sampled.Count).ToArray() ?? [],
            Frames = pixels?.Frames ?? (tokenizer is null ? 0 : 1),
            Height = pixels?.Height ?? 0,
            Width = pixels?.Width ?? 0,
            PixelsPerToken = tokenizer is VqTokenizer ? tokenizer.ShapeOf(new TokenGrid(1, 1, 1)).Height : 0,
            HasGenerator = weights is not null,
            HasTokenizer = tokenizer is not null,
            Sampling = new NarSampling
            {
                // Frame prediction has no unconditional condition, whatever a folder says.
                GuidanceScale = weights is { Condition.CanGuide: false } ? 1f : folder.Sampling.Guidance,
                GuidanceInterval = folder.Sampling.GuidanceInterval,
                Temperature = folder.Sampling.Temperature,
                TopK = folder.Sampling.TopK,
                TopP = folder.Sampling.TopP,
            },
            Precision = generator?.Precision ?? tokenizer!.Precision,
            ParameterCount = (weights?.Parameters ?? 0) + (tokenizer?.Parameters ?? 0),
            WeightBytes = (weights?.DeviceBytes ?? 0) + (tokenizer?.DeviceBytes ?? 0),
            Note = generator?.Description.Architecture == Architecture.NarFramePrediction ? FramePredictionNote : null,
        };
    }

    private static NarTransformerSize Sizes(GeneratorShape shape, int extraHeadBlocks) =>
        new(shape.Width, shape.Blocks - extraHeadBlocks, extraHeadBlocks, shape.Heads, shape.FeedForward);
}
