using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>One way of storing weights in a converted file: the table of all of them.</summary>
internal sealed class ConversionPrecision
{
    private readonly Func<WeightFile, Func<WeightTensor, IEnumerable<StoredTensor>>> convert;

    private ConversionPrecision(string name, string description, Func<WeightFile, Func<WeightTensor, IEnumerable<StoredTensor>>> convert)
    {
        this.convert = convert;
        Name = name;
        Description = description;
    }

    /// <summary>Every tensor in the type that it has.</summary>
    public static ConversionPrecision AsTheyAre { get; } = new("as stored", "the types of the file", _ => AsItIs);

    /// <summary>The precisions that can be asked for by name.</summary>
    public static IReadOnlyList<ConversionPrecision> All { get; } =
    [
        new("fp32", "32-bit IEEE", _ => tensor => [tensor.Type.IsFloat() ? In(tensor, WeightType.F32) : new CopiedTensor(tensor)]),
        new("fp16", "16-bit IEEE", _ => tensor => [Halved(tensor, WeightType.F16)]),
        new("bf16", "16-bit brain float", _ => tensor => [Halved(tensor, WeightType.BF16)]),
        new(Q8Tensors.PrecisionName, "8-bit blocks of the large matrices, 16 bits of the others", Quantized),
    ];

    public string Name { get; }

    public string Description { get; }

    /// <summary>What the tensors of a source become.</summary>
    public IEnumerable<StoredTensor> Convert(WeightFile source) => source.Tensors.Values.SelectMany(convert(source));

    private static IEnumerable<StoredTensor> AsItIs(WeightTensor tensor) => tensor is Q8Tensor blocks
        ? [new CopiedTensor(blocks.Weights), new CopiedTensor(blocks.Scales, bytes => blocks.RequireValid(MemoryMarshal.Cast<byte, Half>(bytes)))]
        : [new CopiedTensor(tensor)];

    // What is in blocks already is not rounded again; the others get what a device keeps beside blocks.
    private static Func<WeightTensor, IEnumerable<StoredTensor>> Quantized(WeightFile source)
    {
        WeightType others = Q8Tensors.OthersType(source);
        return tensor => tensor.IsQ8 ? AsItIs(tensor)
            : tensor.IsQ8Matrix() ? [new QuantizedWeights(tensor), new QuantizedScales(tensor)]
            : [Halved(tensor, others)];
    }

    // What a device keeps in float32 stays exact: the converted file then gives the same tokens as its source does when it is loaded in this precision.
    private static StoredTensor Halved(WeightTensor tensor, WeightType type)
        => tensor.IsMatrix() ? In(tensor, type)
        : tensor.Type == WeightType.F64 ? In(tensor, WeightType.F32)
        : new CopiedTensor(tensor);

    private static StoredTensor In(WeightTensor tensor, WeightType type) => tensor.Type == type ? new CopiedTensor(tensor) : new RoundedTensor(tensor, type);
}
