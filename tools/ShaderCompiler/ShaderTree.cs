using System.Text.Json;

namespace NarVulkan.ShaderCompiler;

/// <summary>A folder <c>shaders/</c>: its sources, its variant table, its compiled files. That of the kernels, or one of a project that draws.</summary>
internal sealed class ShaderTree
{
    private ShaderTree(string root) => Root = root;

    // Projects with shaders of their own, which lie beside their code.
    private static readonly string[] DrawingProjects = ["src/NarVulkan.Window", "src/Samples/SpinningCube"];

    /// <summary>Absolute path of <c>shaders/</c>.</summary>
    public string Root { get; }

    public string CompiledFolder => Path.Combine(Root, "compiled");

    public string SourcePath(ShaderVariant variant) => Path.Combine(Root, variant.SourceFile);

    public string BinaryPath(ShaderVariant variant) => Path.Combine(CompiledFolder, variant.Name + ".spv");

    public string RecordPath(ShaderVariant variant) => Path.Combine(CompiledFolder, variant.Name + ".json");

    /// <summary>Finds <c>shaders/</c> in <paramref name="start"/> or the nearest folder above it.</summary>
    /// <exception cref="ShaderCompilationException">There is none.</exception>
    public static ShaderTree Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var shaders = Path.Combine(folder.FullName, "shaders");
            if (File.Exists(Path.Combine(shaders, "variants.json")))
            {
                return new ShaderTree(shaders);
            }
        }

        throw new ShaderCompilationException($"no shaders/variants.json in {start} or above: run inside the repository, or pass --root DIR");
    }

    /// <summary>The tree of the kernels and those of projects that draw.</summary>
    /// <exception cref="ShaderCompilationException">There are no kernels.</exception>
    public static IReadOnlyList<ShaderTree> FindAll(string start)
    {
        var kernels = Find(start);
        var repository = Path.GetDirectoryName(kernels.Root)!;
        return [kernels, .. DrawingProjects.Select(project => Path.Combine(repository, project, "shaders")).Where(Directory.Exists).Select(folder => new ShaderTree(folder))];
    }

    /// <summary>Every form of every shader, ordered by name.</summary>
    /// <exception cref="ShaderCompilationException">The variant table is malformed or names a shader that does not exist.</exception>
    public IReadOnlyList<ShaderVariant> Variants()
    {
        var table = ReadVariantTable();
        var stems = Directory.GetFiles(Root, "*.comp").Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();
        var unknown = table.Keys.FirstOrDefault(stem => !stems.Contains(stem));
        if (unknown is not null)
        {
            throw new ShaderCompilationException($"variants.json lists '{unknown}', but there is no shaders/{unknown}.comp");
        }

        var variants = new List<ShaderVariant>();
        foreach (var stem in stems)
        {
            if (table.TryGetValue(stem, out var forms))
            {
                variants.AddRange(forms.Select(form => new ShaderVariant(stem, form.Key, new SortedDictionary<string, string>(form.Value, StringComparer.Ordinal))));
            }
            else
            {
                variants.Add(new ShaderVariant(stem, null, new SortedDictionary<string, string>(StringComparer.Ordinal)));
            }
        }

        foreach (var drawing in Directory.GetFiles(Root).Where(path => Path.GetExtension(path) is ".vert" or ".frag"))
        {
            variants.Add(new ShaderVariant(Path.GetFileName(drawing), null, new SortedDictionary<string, string>(StringComparer.Ordinal)));
        }

        return variants.OrderBy(variant => variant.Name, StringComparer.Ordinal).ToList();
    }

    private Dictionary<string, Dictionary<string, Dictionary<string, string>>> ReadVariantTable()
    {
        var path = Path.Combine(Root, "variants.json");
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            var options = new JsonSerializerOptions { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Dictionary<string, string>>>>(File.ReadAllText(path), options) ?? [];
        }
        catch (JsonException e)
        {
            throw new ShaderCompilationException($"{path}: {e.Message} (expected {{ \"stem\": {{ \"variant\": {{ \"MACRO\": \"value\" }} }} }})", e);
        }
    }
}
