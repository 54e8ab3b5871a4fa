namespace NarVulkan.Checkpoints;

/// <summary>
/// A model on disk: which files hold the generator, the tokenizer and the text encoder, and what tensor shapes cannot tell. Read from
/// <c>narvk.json</c>, or from a folder as it comes from the hub (<c>config.json</c> and <c>model.safetensors</c>).
/// </summary>
internal sealed class ModelFolder
{
    public const string ManifestName = "narvk.json";

    /// <summary>The folder, as it was named.</summary>
    public required string Directory { get; init; }

    public required string Name { get; init; }

    /// <summary>Null if the folder has only a tokenizer or a text encoder.</summary>
    public GeneratorDescription? Generator { get; init; }

    /// <summary>Null if there is none: then only tokens and logits can be had.</summary>
    public TokenizerDescription? Tokenizer { get; init; }

    public TextDescription? Text { get; init; }

    public SamplingDefaults Sampling { get; init; } = new();

    /// <summary>Class names in the order of their ids; null if the folder names none.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <exception cref="ModelFileException">The folder or a file that it names is missing, or its manifest is wrong.</exception>
    public static ModelFolder Open(string directory)
    {
        if (!System.IO.Directory.Exists(directory))
        {
            throw new ModelFileException(directory, File.Exists(directory)
                ? "is a file, but a model folder is expected; name the folder that holds narvk.json"
                : "there is no such folder; check the path, or fetch the model");
        }
        if (File.Exists(Path.Combine(directory, ManifestName)))
        {
            return ManifestReader.Read(directory);
        }
        if (File.Exists(Path.Combine(directory, HubFolderReader.ConfigName)))
        {
            return HubFolderReader.Read(directory);
        }
        throw new ModelFileException(directory, "has neither narvk.json nor config.json, so it is no model folder; name another, or write a narvk.json");
    }

    /// <summary>The name of a folder, for models that do not name themselves.</summary>
    public static string NameOf(string directory) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
}
