using System.Text.Json;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Fetching;

/// <summary>
/// Reads a catalog (<c>weights/published.json</c>, or what <c>--manifest</c> names). It may come from a stranger: what it names lies in the
/// folder of its model or in that of one that the model needs, and nowhere else.
/// </summary>
internal sealed class FetchCatalogReader
{
    private const int Format = 1;
    private const int LongestCatalog = 1 << 22;
    private const int LongestText = 200;
    private const string DefaultRevision = "main";

    /// <summary>What the program itself writes into a model's folder, or what would make one of a folder that is not complete.</summary>
    private static readonly string[] Reserved = [ModelFolder.ManifestName, HubFolderReader.ConfigName, ModelDirectory.LockName, ChecksumFile.Name];

    private readonly JsonFields root;

    private FetchCatalogReader(JsonFields root) => this.root = root;

    /// <exception cref="ModelFileException">The file is missing, or not a catalog.</exception>
    public static FetchCatalog Read(string path)
    {
        using JsonDocument document = JsonFile.Read(path, LongestCatalog);
        return new FetchCatalogReader(new JsonFields(path, document.RootElement)).Read();
    }

    /// <param name="name">What to call it in messages.</param>
    /// <param name="bytes">Its contents.</param>
    /// <exception cref="ModelFileException">It is not a catalog.</exception>
    public static FetchCatalog Read(string name, byte[] bytes)
    {
        using JsonDocument document = JsonFile.Parse(name, bytes);
        return new FetchCatalogReader(new JsonFields(name, document.RootElement)).Read();
    }

    private FetchCatalog Read()
    {
        int format = root.RequireInteger("format", 1, int.MaxValue);
        if (format != Format)
        {
            throw root.Wrong("format", $"is {format}, but this version reads {Format}; update narvk");
        }
        List<FetchableModel> models = [];
        foreach (JsonFields fields in root.Objects("models"))
        {
            FetchableModel model = ReadModel(fields);
            if (models.Exists(other => other.Name.Equals(model.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw fields.Wrong("name", $"is '{model.Name}', the name of another model, too");
            }
            models.Add(model);
        }
        FetchCatalog catalog = new(root.RequireString("endpoint"), models);
        foreach ((FetchableModel model, JsonFields fields) in models.Zip(root.Objects("models")))
        {
            CheckReferences(catalog, model, fields);
        }
        return catalog;
    }

    private static FetchableModel ReadModel(JsonFields fields)
    {
        string media = fields.RequireString("media");
        return new FetchableModel
        {
            Name = Plain(fields, "name", PlainNames.IsName, "a folder's name of letters, digits, '.', '-' and '_'"),
            Title = Text(fields, "title") ?? throw fields.Wrong("title", "is missing; it must be a string"),
            Media = media switch
            {
                "image" => NarMedia.Image,
                "video" => NarMedia.Video,
                _ => throw fields.Wrong("media", $"is '{media}', but must be image or video"),
            },
            Repository = fields.Has("repository") ? Plain(fields, "repository", PlainNames.IsRepository, "OWNER/NAME of letters, digits, '.', '-' and '_'") : null,
            Revision = fields.Has("revision") ? Plain(fields, "revision", PlainNames.IsName, "a branch, tag or commit of letters, digits, '.', '-' and '_'") : DefaultRevision,
            Page = fields.Has("page") ? Plain(fields, "page", PlainNames.IsPath, "a path on the hub") : null,
            Licence = Text(fields, "licence"),
            Needs = fields.Strings("needs"),
            Files = ReadFiles(fields),
            Folder = fields.Object("folder")?.Element.Clone() ?? throw fields.Wrong("folder", "is missing; it must be an object as in narvk.json"),
        };
    }

    private static List<FetchableFile> ReadFiles(JsonFields model)
    {
        List<FetchableFile> files = [];
        foreach (JsonFields fields in model.Objects("files"))
        {
            string name = Plain(fields, "name", PlainNames.IsPath, "a path in the model's folder, of names of letters, digits, '.', '-' and '_'");
            if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) || PartialFile.IsReserved(name))
            {
                throw fields.Wrong("name", $"is '{name}', which narvk keeps for itself");
            }
            if (files.Exists(other => Clash(other.Name, name)))
            {
                throw fields.Wrong("name", $"is '{name}', where another file of the model lies");
            }
            IReadOnlyList<string> remote = fields.Strings("remote");
            if (remote.FirstOrDefault(path => !PlainNames.IsPath(path)) is { } wrong)
            {
                throw fields.Wrong("remote", $"names '{wrong}', but must be paths in the repository, of names of letters, digits, '.', '-' and '_'");
            }
            string? sha256 = fields.String("sha256");
            files.Add(new FetchableFile(name, remote, fields.Long("bytes", 1, FetchableFile.MostWeights), sha256 is null ? null
                : Sha256Text.Parse(sha256) ?? throw fields.Wrong("sha256", "must be 64 hexadecimal digits")));
        }
        return files.Exists(file => file.IsWeights) ? files : throw model.Wrong("files", "names no weights; a model has at least one such file");
    }

    // A file of the name of another's folder, or the same name but for case, which some file systems take for the same.
    private static bool Clash(string a, string b) =>
        a.Equals(b, StringComparison.OrdinalIgnoreCase)
        || a.StartsWith(b + "/", StringComparison.OrdinalIgnoreCase)
        || b.StartsWith(a + "/", StringComparison.OrdinalIgnoreCase);

    private static void CheckReferences(FetchCatalog catalog, FetchableModel model, JsonFields fields)
    {
        HashSet<string> known = [.. model.Files.Select(file => file.Name)];
        foreach (string name in model.Needs)
        {
            FetchableModel needed = catalog.Models.FirstOrDefault(other => other.Name == name) ?? throw fields.Wrong("needs", $"names '{name}', which is no model of the file");
            if (needed.Needs.Count > 0 || needed == model)
            {
                throw fields.Wrong("needs", $"names '{name}', which needs others itself; name them all here");
            }
            known.UnionWith(needed.Files.Select(file => $"../{name}/{file.Name}"));
        }
        JsonFields folder = fields.Object("folder")!;
        _ = folder.Object("generator")?.RequireString("architecture");
        JsonFields?[] parts = [folder.Object("generator"), folder.Object("tokenizer"), folder.Object("text")];
        foreach ((JsonFields? part, string field) in parts.SelectMany(part => new[] { (part, "weights"), (part, "config"), (part, "tokenizer") }).Append((folder, "classes")))
        {
            // The folder's own "tokenizer" is an object; only a text encoder's names a file.
            if (part?.String(field) is { } path && !known.Contains(path))
            {
                throw part.Wrong(field, $"is '{path}', which is no file of the model or of one that it needs");
            }
        }
    }

    private static string Plain(JsonFields fields, string name, Func<string, bool> isPlain, string what)
    {
        string text = fields.RequireString(name);
        return isPlain(text) ? text : throw fields.Wrong(name, $"is '{text}', but must be {what}");
    }

    // It is shown, so it must not speak to the terminal.
    private static string? Text(JsonFields fields, string name) => fields.String(name) is { } text && (text.Length > LongestText || text.Any(VisibleText.IsHidden))
        ? throw fields.Wrong(name, $"is longer than {LongestText} characters, or has a control character")
        : fields.String(name);
}
