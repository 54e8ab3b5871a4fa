using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Fetching;

/// <summary>
/// Writes the <c>narvk.json</c> of a model whose files are there. Until then its folder is none that <c>narvk models</c> lists.
/// </summary>
internal static class FolderManifest
{
    private const int Format = 1;

    private static readonly JsonWriterOptions Options = new() { Indented = true };

    /// <summary>Writes it unless there is one, which may be the user's; whether it did.</summary>
    /// <param name="model">What the catalog says.</param>
    /// <param name="directory">The model's folder.</param>
    /// <param name="replace">Writes it over one that is there.</param>
    /// <exception cref="ModelFileException">The weights are not what the catalog says, or nothing tells how many heads they have.</exception>
    public static bool Write(FetchableModel model, string directory, bool replace)
    {
        string path = Path.Combine(directory, ModelFolder.ManifestName);
        if (File.Exists(path) && !replace)
        {
            return false;
        }
        int? heads = model.Folder.TryGetProperty("generator", out JsonElement generator) ? HeadsOf(model, generator, directory) : null;
        AtomicFile.WriteOwn(path, file =>
        {
            using Utf8JsonWriter json = new(file, Options);
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("name", model.Name);
            foreach (JsonProperty property in model.Folder.EnumerateObject().Where(property => property.Name is not ("format" or "name")))
            {
                json.WritePropertyName(property.Name);
                if (property.Name == "generator")
                {
                    WriteGenerator(json, property.Value, heads);
                }
                else
                {
                    property.Value.WriteTo(json);
                }
            }
            json.WriteEndObject();
        }, DiskSync.Instance);
        return true;
    }

    private static void WriteGenerator(Utf8JsonWriter json, JsonElement generator, int? heads)
    {
        json.WriteStartObject();
        foreach (JsonProperty property in generator.EnumerateObject().Where(property => property.Name != "heads"))
        {
            property.WriteTo(json);
        }
        if (heads is { } number)
        {
            json.WriteNumber("heads", number);
        }
        json.WriteEndObject();
    }

    // The catalog may leave open which size of a family the user fetches; the weights then tell.
    private static int? HeadsOf(FetchableModel model, JsonElement generator, string directory)
    {
        JsonFields fields = new(model.Name, generator, "generator.");
        string weights = Path.Combine(directory, fields.RequireString("weights"));
        using WeightFile file = WeightFile.Open(weights);
        RecognizedModel? recognized = ModelRecognizer.Recognize(file);
        string architecture = fields.RequireString("architecture");
        if (recognized?.Architecture is { } found && found.Name() != architecture)
        {
            throw new ModelFileException(weights, $"is {found.Name()}, but {model.Name} is {architecture}; name another repository with --repo, or another file with --file, and --restart");
        }
        return fields.Has("heads") ? fields.RequireInteger("heads", 1, int.MaxValue)
            : recognized?.LikelyHeads ?? throw new ModelFileException(weights, $"is of no published size, so nothing tells its number of heads; write {ModelFolder.ManifestName} beside it as weights/README.md says");
    }
}
