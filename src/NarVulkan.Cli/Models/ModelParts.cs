using System.Text.RegularExpressions;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Models;

/// <summary>The parts of a model, gathered from files: which is which their tensors tell.</summary>
internal sealed partial class ModelParts
{
    public GeneratorDescription? Generator { get; private set; }

    public TokenizerDescription? Tokenizer { get; private set; }

    public TextDescription? Text { get; private set; }

    /// <summary>Settings to sample the generator with; null without one.</summary>
    public SamplingDefaults? Sampling { get; private set; }

    /// <summary>Takes the parts of a model folder, such as one from the hub.</summary>
    /// <exception cref="InvalidRequestException">A part is there already.</exception>
    public void Add(ModelFolder folder)
    {
        if (folder.Generator is { } generator)
        {
            Take(generator, folder.Sampling == new SamplingDefaults() ? Published(generator.Architecture) : folder.Sampling);
        }
        if (folder.Tokenizer is { } tokenizer)
        {
            Take(tokenizer);
        }
        if (folder.Text is { } text)
        {
            Take(text);
        }
    }

    /// <summary>Takes a weights file.</summary>
    /// <exception cref="ModelFileException">It is damaged, or of no known model.</exception>
    /// <exception cref="InvalidRequestException">Its part is there already, or something has to be given that it does not tell.</exception>
    public void Add(string path, InitSettings settings)
    {
        using WeightFile file = WeightFile.Open(path);
        RecognizedModel model = ModelRecognizer.Recognize(file)
            ?? throw new ModelFileException(path, "its tensors are of no model that this version knows, so no narvk.json can be written for it");
        if (model.Architecture is { } architecture)
        {
            Take(Describe(file, model, architecture, settings), Published(architecture));
        }
        else if (model.Tokenizer is { } kind)
        {
            Take(new TokenizerDescription(kind, path, ConfigOf(file, kind)));
        }
        else
        {
            Take(new TextDescription(path, Beside(path, HubFolderReader.TextTokenizerNames), Beside(path, HubFolderReader.ConfigName), TextDescription.PublishedTokens));
        }
    }

    /// <exception cref="InvalidRequestException">What was given for a generator has none to serve.</exception>
    public void RequireUse(InitSettings settings)
    {
        if (Generator is null && (settings.Heads is not null || settings.Grid is not null))
        {
            throw new InvalidRequestException($"{(settings.Heads is not null ? "--heads" : "--grid")} is for generators, and none is among the files");
        }
    }

    private static GeneratorDescription Describe(WeightFile file, RecognizedModel model, Architecture architecture, InitSettings settings)
    {
        IReadOnlyList<int>? found = GridOf(file, model, architecture, settings);
        if ((settings.Heads ?? model.LikelyHeads) is not { } heads || found is not { } grid)
        {
            // All that is missing at once: whoever is asked looks it up once.
            bool lacksHeads = (settings.Heads ?? model.LikelyHeads) is null, lacksGrid = found is null;
            throw new InvalidRequestException(
                $"{file.Path}: neither its tensors nor its settings tell {(lacksHeads ? "how many heads it has, and it has no published size" : "")}{(lacksHeads && lacksGrid ? ", nor " : "")}{(lacksGrid ? "its token grid" : "")}; "
                + $"add {(lacksHeads ? "--heads N" : "")}{(lacksHeads && lacksGrid ? " and " : "")}{(lacksGrid ? architecture.IsVideo() ? "--grid T,R,C" : "--grid R,C, such as 16,16 for 256 pixels or 24,24 for 384" : "")}");
        }
        if (model.Width % heads != 0)
        {
            throw new InvalidRequestException($"{file.Path}: {heads} heads do not divide its width {model.Width}; correct --heads");
        }
        int condition = model.TextTokens is { } tokens and > 0 and < 1 << 20 ? (int)tokens : architecture.DefaultConditionTokens(grid);
        return new GeneratorDescription(
            architecture, file.Path, heads, grid, condition, architecture.DefaultExtraHeadBlocks(), model.ParallelTokens is { } parallel and < 1 << 20 ? (int)parallel : 0);
    }

    // Null where nothing tells it.
    private static IReadOnlyList<int>? GridOf(WeightFile file, RecognizedModel model, Architecture architecture, InitSettings settings)
    {
        bool isVideo = architecture.IsVideo();
        if (settings.Grid is { } given)
        {
            return given.Length == (isVideo ? 3 : 2)
                ? given
                : throw new InvalidRequestException($"--grid: {(isVideo ? "a video" : "an image")} model needs {(isVideo ? "T,R,C" : "R,C")}");
        }
        int? tokens = model.VisualTokens is { } visual and > 0 and < 1 << 20 ? (int)visual : null;
        IReadOnlyList<int>? grid = TokenGrids.FromSettings(file.Hyperparameters, isVideo);
        if (grid is not null && (tokens is null || grid.Aggregate(1L, (product, side) => product * side) == tokens))
        {
            return grid;
        }
        return tokens is { } count ? TokenGrids.Square(count, isVideo) : FromName(file.Path);
    }

    // The published image models carry their size in pixels in their names, c2i_L_384.pt, and all have tokens of 16 x 16 pixels.
    private static IReadOnlyList<int>? FromName(string path)
        => PixelsInName().Match(Path.GetFileNameWithoutExtension(path)) is { Success: true } match ? [int.Parse(match.Value) / 16, int.Parse(match.Value) / 16] : null;

    [GeneratedRegex("(?<![0-9])(256|384|512)(?![0-9])")]
    private static partial Regex PixelsInName();

    private static string? ConfigOf(WeightFile file, TokenizerKind kind)
    {
        if (kind != TokenizerKind.Larp)
        {
            return null;
        }
        string config = Path.Combine(Path.GetDirectoryName(file.Path)!, HubFolderReader.ConfigName);
        return File.Exists(config) ? config
            : file.Hyperparameters.Count > 0 ? null
            : throw new ModelFileException(file.Path, $"carries no settings of the tokenizer, and there is no {HubFolderReader.ConfigName} beside it; put it there");
    }

    // The first of these that is there.
    private static string Beside(string path, params IReadOnlyList<string> names) =>
        names.Select(name => Path.Combine(Path.GetDirectoryName(path)!, name)).FirstOrDefault(File.Exists)
            ?? throw new ModelFileException(path, $"is a text encoder, which needs its {string.Join(" or ", names)} beside it; put it there");

    // What the projects' own sampling scripts use.
    private static SamplingDefaults Published(Architecture architecture) => architecture switch
    {
        Architecture.NarClassToVideo or Architecture.LarpClassToVideo => new SamplingDefaults { Guidance = 1.25f },
        Architecture.NarTextToImage or Architecture.LlamaGenTextToImage => new SamplingDefaults { Guidance = 7.5f, TopK = 1000 },
        Architecture.NarClassToImage or Architecture.ParClassToImage or Architecture.LlamaGenClassToImage => new SamplingDefaults { Guidance = 4, TopK = 2000 },
        _ => new SamplingDefaults(),
    };

    private void Take(GeneratorDescription generator, SamplingDefaults sampling)
    {
        Refuse(Generator is not null, "generators", generator.WeightsPath);
        Generator = generator;
        Sampling = sampling;
    }

    private void Take(TokenizerDescription tokenizer)
    {
        Refuse(Tokenizer is not null, "tokenizers", tokenizer.WeightsPath);
        Tokenizer = tokenizer;
    }

    private void Take(TextDescription text)
    {
        Refuse(Text is not null, "text encoders", text.WeightsPath);
        Text = text;
    }

    private static void Refuse(bool taken, string what, string path)
    {
        if (taken)
        {
            throw new InvalidRequestException($"{path}: is the second of two {what}; a model folder has one");
        }
    }
}
