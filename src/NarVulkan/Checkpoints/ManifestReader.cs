using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>Reads <c>narvk.json</c>. Unknown fields are let pass, so that newer manifests still load.</summary>
internal sealed class ManifestReader
{
    private const int Format = 1;
    private const int LongestManifest = 1 << 20;
    private const int MostHeads = 1024;
    private const int LongestGridSide = 4096;
    private const int MostTokens = 1 << 20;
    private const int MostClasses = 1 << 20;

    private readonly string directory;
    private readonly string manifest;

    private ManifestReader(string directory)
    {
        this.directory = directory;
        manifest = Path.Combine(directory, ModelFolder.ManifestName);
    }

    /// <exception cref="ModelFileException">The manifest is wrong, or a file that it names is missing.</exception>
    public static ModelFolder Read(string directory) => new ManifestReader(directory).Read();

    private ModelFolder Read()
    {
        using JsonDocument document = JsonFile.Read(manifest, LongestManifest);
        JsonFields root = new(manifest, document.RootElement);
        int format = root.Integer("format", 1, int.MaxValue, Format);
        if (format != Format)
        {
            throw root.Wrong("format", $"is {format}, but this version reads {Format}; update narvk");
        }
        GeneratorDescription? described = root.Object("generator") is { } generator ? ReadGenerator(generator) : null;
        SamplingDefaults defaults = SamplingDefaults.For(described?.Architecture);
        ModelFolder folder = new()
        {
            Directory = directory,
            Name = ReadName(root) ?? ModelFolder.NameOf(directory),
            Generator = described,
            Tokenizer = root.Object("tokenizer") is { } tokenizer ? ReadTokenizer(tokenizer) : null,
            Text = root.Object("text") is { } text ? ReadText(text) : null,
            Sampling = root.Object("sampling") is { } sampling ? ReadSampling(sampling, defaults) : defaults,
            Classes = root.Has("classes") ? ReadClasses(Inside(root, "classes")) : null,
        };
        return folder.Generator is null && folder.Tokenizer is null && folder.Text is null
            ? throw new ModelFileException(manifest, "names no generator, tokenizer or text encoder; add one of them")
            : folder;
    }

    // It is shown, so it must not speak to the terminal.
    private static string? ReadName(JsonFields root) => root.String("name") is { } name && name.Any(VisibleText.IsHidden)
        ? throw root.Wrong("name", "has a control character; remove it")
        : root.String("name");

    private GeneratorDescription ReadGenerator(JsonFields fields)
    {
        string name = fields.RequireString("architecture");
        if (!Architectures.ByName.TryGetValue(name, out Architecture architecture))
        {
            throw fields.Wrong("architecture", $"is '{name}', but must be one of {string.Join(", ", Architectures.ByName.Keys)}");
        }
        bool isParallel = architecture == Architecture.ParClassToImage;
        IReadOnlyList<int> grid = ReadGrid(fields, architecture);
        return new GeneratorDescription(
            architecture,
            Existing(fields, "weights"),
            fields.RequireInteger("heads", 1, MostHeads),
            grid,
            fields.Integer("conditionTokens", 1, MostTokens + 1, architecture.DefaultConditionTokens(grid)),
            fields.Integer("extraHeadBlocks", 0, 64, architecture.DefaultExtraHeadBlocks()),
            isParallel ? fields.Integer("parallelTokens", 2, 256, 0) : 0);
    }

    private static IReadOnlyList<int> ReadGrid(JsonFields fields, Architecture architecture)
    {
        IReadOnlyList<int> grid = fields.Integers("grid", 1, LongestGridSide) ?? throw fields.Wrong("grid", "is missing; it must be a list of whole numbers");
        if (grid.Count != (architecture.IsVideo() ? 3 : 2))
        {
            throw fields.Wrong("grid", architecture.IsVideo()
                ? $"has {grid.Count} numbers, but a video model needs [frames, rows, columns]"
                : $"has {grid.Count} numbers, but an image model needs [rows, columns]");
        }
        return grid.Aggregate(1L, (tokens, side) => tokens * side) <= MostTokens
            ? grid
            : throw fields.Wrong("grid", $"has more than {MostTokens} tokens");
    }

    private TokenizerDescription ReadTokenizer(JsonFields fields)
    {
        string kind = fields.RequireString("kind");
        return new TokenizerDescription(
            kind switch
            {
                "larp" => TokenizerKind.Larp,
                "vq" => TokenizerKind.Vq,
                _ => throw fields.Wrong("kind", $"is '{kind}', but must be larp or vq"),
            },
            Existing(fields, "weights"),
            fields.Has("config") ? Existing(fields, "config") : null);
    }

    private TextDescription ReadText(JsonFields fields) => new(
        Existing(fields, "weights"), Existing(fields, "tokenizer"), Existing(fields, "config"), fields.Integer("tokens", 1, 1 << 16, TextDescription.PublishedTokens));

    private static SamplingDefaults ReadSampling(JsonFields fields, SamplingDefaults defaults) => new()
    {
        Guidance = fields.Number("cfg", 0, 1000, defaults.Guidance),
        GuidanceInterval = fields.Integer("cfgInterval", -1, int.MaxValue, defaults.GuidanceInterval),
        Temperature = fields.Number("temperature", 0, 1000, defaults.Temperature),
        TopK = fields.Integer("topK", 0, int.MaxValue, defaults.TopK),
        TopP = fields.Number("topP", 0, 1, defaults.TopP),
    };

    private static IReadOnlyList<string> ReadClasses(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        if (file.Length > LongestManifest * 16)
        {
            throw new ModelFileException(path, $"has {file.Length} bytes, too many for a list of class names");
        }
        // Blank lines in between would shift every id after them, so only the end of the file is trimmed.
        using StreamReader reader = new(new MemoryStream(file.Slice(0, (int)file.Length).ToArray()));
        string[] names = reader.ReadToEnd().TrimEnd().Split('\n', StringSplitOptions.TrimEntries);
        int blank = Array.IndexOf(names, ""), unprintable = Array.FindIndex(names, name => name.Any(char.IsControl));
        return blank >= 0 ? throw new ModelFileException(path, $"line {blank + 1} is blank, but every class needs a name")
            : unprintable >= 0 ? throw new ModelFileException(path, $"line {unprintable + 1} has a control character, but names are text; is it a list of classes?")
            : names.Length > MostClasses ? throw new ModelFileException(path, $"names {names.Length} classes, more than {MostClasses}")
            : names;
    }

    // Class names are shown to the user: a manifest from elsewhere must not have any other of the user's files shown, by its name or through a link.
    private string Inside(JsonFields fields, string field)
    {
        string folder = RealPath.Of(directory), path = Resolve(fields, field), real = RealPath.Of(path);
        return real.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || IsBlobOf(folder, real)
            ? Existing(fields, field)
            : throw fields.Wrong(field, $"is '{fields.String(field)}', but must be a file in the folder of {ModelFolder.ManifestName}, and no link that leads out of it");
    }

    // The cache of Hugging Face's tools: snapshots/REVISION is the folder, of links into blobs, where nothing but files of the same repository lies.
    private static bool IsBlobOf(string folder, string real) => Path.GetDirectoryName(folder) is { } snapshots && Path.GetFileName(snapshots) == "snapshots"
        && Path.GetDirectoryName(real) == Path.Combine(Path.GetDirectoryName(snapshots)!, "blobs");

    private string Existing(JsonFields fields, string field)
    {
        string path = Resolve(fields, field);
        return File.Exists(path) ? path : throw fields.Wrong(field, $"names '{fields.String(field)}', which does not exist; fetch it, or correct the path");
    }

    // Weights and settings may lie elsewhere: several models share a tokenizer, and nothing of these files is shown.
    private string Resolve(JsonFields fields, string field)
    {
        string relative = fields.RequireString(field);
        return relative.Length == 0 || relative.Contains('\0') || Path.IsPathRooted(relative)
            ? throw fields.Wrong(field, $"is '{relative}', but must be a path relative to the folder of {ModelFolder.ManifestName}")
            : Path.GetFullPath(Path.Combine(directory, relative));
    }
}
