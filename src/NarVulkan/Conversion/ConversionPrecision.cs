using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>One way of storing weights in a converted file: the table of all of them.</summary>
internal sealed class ConversionPrecision
{
    private readonly Func<WeightTensor, IEnumerable<StoredTensor>> convert;

    private ConversionPrecision(string name, string description, Func<WeightTensor, IEnumerable<StoredTensor>> convert)
    {
        this.convert = convert;
        Name = name;
        Description = description;
    }

    /// <summary>Every tensor in the type that it has.</summary>
    public static ConversionPrecision AsTheyAre { get; } = new("as stored", "the types of the file", tensor => [new CopiedTensor(tensor)]);

    /// <summary>The precisions that can be asked for by name.</summary>
    public static IReadOnlyList<ConversionPrecision> All { get; } =
    [
        new("fp32", "32-bit IEEE", tensor => [tensor.Type.IsFloat() ? In(tensor, WeightType.F32) : new CopiedTensor(tensor)]),
        new("fp16", "16-bit IEEE", tensor => [Halved(tensor, WeightType.F16)]),
        new("bf16", "16-bit brain float", tensor => [Halved(tensor, WeightType.BF16)]),
    ];

    public string Name { get; }

    public string Description { get; }

    /// <summary>What a tensor of the source becomes.</summary>
    public IEnumerable<StoredTensor> Convert(WeightTensor tensor) => convert(tensor);

    // What a device keeps in float32 stays exact: the converted file then gives the same tokens as its source does when it is loaded in this precision.
    private static StoredTensor Halved(WeightTensor tensor, WeightType type)
        => tensor.IsMatrix() ? In(tensor, type)
        : tensor.Type == WeightType.F64 ? In(tensor, WeightType.F32)
        : new CopiedTensor(tensor);

    private static StoredTensor In(WeightTensor tensor, WeightType type) => tensor.Type == type ? new CopiedTensor(tensor) : new RoundedTensor(tensor, type);
}
