namespace NarVulkan.Checkpoints;

/// <summary>What a reader of one format found in a file.</summary>
internal sealed class WeightFileContents(IReadOnlyDictionary<string, object?> hyperparameters)
{
    public Dictionary<string, WeightTensor> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that stand for something else than a tensor, and for what: only for messages.</summary>
    public Dictionary<string, string> NotTensors { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, object?> Hyperparameters { get; set; } = hyperparameters;

    /// <summary>Classes and functions that a pickle names without calling them, and which no checkpoint needs; some of them, where there are many.</summary>
    public IReadOnlyList<string> ForeignNames { get; set; } = [];

    /// <exception cref="ModelFileException">The name is taken.</exception>
    public void Add(WeightTensor tensor, string path)
    {
        if (!Tensors.TryAdd(tensor.Name, tensor))
        {
            throw new ModelFileException(path, $"tensor {tensor.Name} occurs twice; download it again");
        }
    }
}
