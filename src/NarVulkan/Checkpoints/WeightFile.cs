using System.Diagnostics.CodeAnalysis;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Named tensors of a model in a file: safetensors, a PyTorch checkpoint (of either format), or a hub index over several such files; or
/// computed where there is no file. The format is told from the contents. A weights file is hostile input: nothing in it is executed,
/// every number is checked, and memory use is bounded by its size. Owns the opened files; tensors are borrowed and die with it.
/// </summary>
internal sealed class WeightFile : IDisposable
{
    private readonly List<MappedFile> files;
    private readonly WeightFileContents contents;

    private WeightFile(string path, List<MappedFile> files, WeightFileContents contents)
    {
        Path = path;
        this.files = files;
        this.contents = contents;
    }

    /// <summary>The file, for messages; what stands for it where there is none.</summary>
    public string Path { get; }

    /// <summary>All files that tensors or their index lie in, the one that was opened first.</summary>
    public IEnumerable<string> Files => files.Select(file => file.Path);

    /// <summary>All tensors by name, with what wrappers put before every name removed.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors => contents.Tensors;

    /// <summary>The <c>__metadata__</c> of a safetensors file; empty for others.</summary>
    public IReadOnlyDictionary<string, string> Metadata => contents.Metadata;

    /// <summary>The model settings that a trainer saved with the weights (<c>dim</c>, <c>n_head</c>, ...), as <see cref="PlainValues"/>; may be empty.</summary>
    public IReadOnlyDictionary<string, object?> Hyperparameters => contents.Hyperparameters;

    /// <summary>Classes and functions that a pickle names without calling them, and which no checkpoint needs: for a warning. Other programs might call them.</summary>
    public IReadOnlyList<string> ForeignNames => contents.ForeignNames;

    /// <exception cref="ModelFileException">The file is missing, damaged, hostile, or of another format.</exception>
    public static WeightFile Open(string path)
    {
        List<MappedFile> files = [];
        try
        {
            MappedFile file = MappedFile.Open(path);
            files.Add(file);
            WeightFileContents contents = WeightFormats.Detect(file) switch
            {
                WeightFormat.Safetensors => SafetensorsReader.Read(file),
                WeightFormat.TorchArchive => TorchArchive.Read(file),
                WeightFormat.LegacyTorch => LegacyTorchFile.Read(file),
                _ => ReadShards(path, files),
            };
            Q8Tensors.Join(contents, path);
            return new WeightFile(path, files, contents);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Tensors that lie in no file.</summary>
    /// <param name="name">What stands for a path in messages.</param>
    /// <param name="contents">The tensors.</param>
    public static WeightFile Of(string name, WeightFileContents contents) => new(name, [], contents);

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => contents.Tensors.TryGetValue(name, out tensor);

    /// <summary>The tensor of that name; <paramref name="shape"/> has -1 where any size will do.</summary>
    /// <exception cref="ModelFileException">It is missing, no tensor, or of another shape.</exception>
    public WeightTensor Require(string name, params ReadOnlySpan<long> shape)
    {
        if (!TryGet(name, out WeightTensor? tensor))
        {
            throw new ModelFileException(Path, contents.NotTensors.TryGetValue(name, out string? kind)
                ? $"{name} is {kind}, but a tensor {Describe(shape)} is needed"
                : $"tensor {name} {Describe(shape)} is missing; is it the right file for this model?");
        }
        bool fits = tensor.Shape.Length == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] == -1 || shape[i] == tensor.Shape[i];
        }
        return fits ? tensor : throw new ModelFileException(
            tensor.FilePath, $"tensor {name} has shape {Describe(tensor.Shape.AsSpan())}, but {Describe(shape)} is expected; is it the right file for this model?");
    }

    public void Dispose() => files.ForEach(file => file.Dispose());

    private static WeightFileContents ReadShards(string path, List<MappedFile> files)
    {
        WeightFileContents merged = new(PlainValues.Empty);
        foreach (IGrouping<string, KeyValuePair<string, string>> shard in ShardedIndexReader.Read(path).GroupBy(entry => entry.Value))
        {
            MappedFile file = MappedFile.Open(shard.Key);
            files.Add(file);
            WeightFileContents part = WeightFormats.Detect(file) switch
            {
                WeightFormat.Safetensors => SafetensorsReader.Read(file),
                WeightFormat.TorchArchive => TorchArchive.Read(file),
                WeightFormat.LegacyTorch => LegacyTorchFile.Read(file),
                _ => throw new ModelFileException(shard.Key, "is itself an index, but an index must name weights files"),
            };
            foreach ((string name, _) in shard)
            {
                merged.Add(part.Tensors.GetValueOrDefault(name)
                    ?? throw new ModelFileException(shard.Key, $"tensor {name} is missing, though the index {System.IO.Path.GetFileName(path)} puts it there"), path);
            }
            foreach ((string key, string text) in part.Metadata)
            {
                merged.Metadata.TryAdd(key, text);
            }
            merged.ForeignNames = [.. merged.ForeignNames.Union(part.ForeignNames)];
            if (merged.Hyperparameters.Count == 0)
            {
                merged.Hyperparameters = part.Hyperparameters;
            }
        }
        return merged;
    }

    private static string Describe(ReadOnlySpan<long> shape)
    {
        string[] sizes = new string[shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            sizes[i] = shape[i] == -1 ? "any" : shape[i].ToString();
        }
        return $"[{string.Join(", ", sizes)}]";
    }
}
