using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Reads a folder as it comes from the hub: <c>config.json</c> with the constructor's arguments, and <c>model.safetensors</c> or its index.
/// The configurations do not name the architecture, so keys and tensor names tell.
/// </summary>
internal static class HubFolderReader
{
    public const string ConfigName = "config.json";
    private const int LongestConfig = 1 << 20;
    private const int MostTokens = 1 << 20;

    private static readonly string[] WeightsNames = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>What a text encoder's tokenizer may be called, the one that is taken first at the front.</summary>
    public static readonly IReadOnlyList<string> TextTokenizerNames = ["spiece.model", "tokenizer.json"];

    /// <exception cref="ModelFileException">There are no weights, or the model is not one that this product runs.</exception>
    public static ModelFolder Read(string directory)
    {
        string configPath = Path.Combine(directory, ConfigName);
        using JsonDocument document = JsonFile.Read(configPath, LongestConfig);
        JsonFields config = new(configPath, document.RootElement);
        string weights = WeightsNames.Select(name => Path.GetFullPath(Path.Combine(directory, name))).FirstOrDefault(File.Exists)
            ?? throw new ModelFileException(directory, $"has {ConfigName}, but no {string.Join(", ", WeightsNames)}; download the weights, too");
        using WeightFile file = WeightFile.Open(weights);
        RecognizedModel recognized = ModelRecognizer.Recognize(file)
            ?? throw new ModelFileException(weights, "its tensors are of no model that this version knows; write a narvk.json, or name another folder");
        return new ModelFolder
        {
            Directory = directory,
            Name = ModelFolder.NameOf(directory),
            Generator = recognized.Architecture is null ? null : ReadGenerator(config, weights, recognized),
            Tokenizer = recognized.Tokenizer is { } kind ? new TokenizerDescription(kind, weights, Path.GetFullPath(configPath)) : null,
            Text = recognized is { Architecture: null, Tokenizer: null } ? ReadText(directory, weights, configPath) : null,
            Sampling = SamplingDefaults.For(recognized.Architecture),
        };
    }

    // Neither file tells the condition's length: that of the published models.
    private static TextDescription ReadText(string directory, string weights, string configPath) => new(
        weights,
        TextTokenizerNames.Select(name => Path.GetFullPath(Path.Combine(directory, name))).FirstOrDefault(File.Exists)
            ?? throw new ModelFileException(directory, $"holds a T5 text encoder, but no {string.Join(" or ", TextTokenizerNames)}; download that, too"),
        Path.GetFullPath(configPath),
        TextDescription.PublishedTokens);

    private static GeneratorDescription ReadGenerator(JsonFields config, string weights, RecognizedModel recognized)
    {
        Architecture architecture = recognized.Architecture!.Value;
        IReadOnlyList<int> grid = ReadGrid(config, architecture);
        return new GeneratorDescription(
            architecture,
            weights,
            config.RequireInteger("n_head", 1, 1024),
            grid,
            config.Integer("cls_token_num", 1, MostTokens + 1, architecture.DefaultConditionTokens(grid)),
            architecture.DefaultExtraHeadBlocks(),
            0);
    }

    private static IReadOnlyList<int> ReadGrid(JsonFields config, Architecture architecture)
    {
        if (architecture.IsVideo() && config.Integers("latent_shape", 1, 4096) is { Count: 3 } latentShape
            && latentShape.Aggregate(1L, (tokens, side) => tokens * side) <= MostTokens)
        {
            return latentShape;
        }
        string field = architecture.IsVideo() ? "max_seq_len" : "block_size";
        int tokens = config.RequireInteger(field, 1, MostTokens);
        return TokenGrids.Square(tokens, architecture.IsVideo())
            ?? throw config.Wrong(field, $"is {tokens}, which is no grid of square frames; write a narvk.json with the grid");
    }
}
