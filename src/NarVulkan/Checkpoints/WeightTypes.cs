namespace NarVulkan.Checkpoints;

/// <summary>Sizes of the element types and their names in the file formats.</summary>
internal static class WeightTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int ByteSize(this WeightType type) => type switch
    {
        WeightType.F64 or WeightType.I64 => 8,
        WeightType.F32 or WeightType.I32 => 4,
        WeightType.F16 or WeightType.BF16 or WeightType.I16 => 2,
        _ => 1,
    };

    public static bool IsFloat(this WeightType type) => type <= WeightType.BF16;

    /// <summary>The type that a safetensors header calls <paramref name="name"/>; null if this reader has none.</summary>
    public static WeightType? FromSafetensors(string name) => name switch
    {
        "F64" => WeightType.F64,
        "F32" => WeightType.F32,
        "F16" => WeightType.F16,
        "BF16" => WeightType.BF16,
        "I64" => WeightType.I64,
        "I32" => WeightType.I32,
        "I16" => WeightType.I16,
        "I8" => WeightType.I8,
        "U8" => WeightType.U8,
        "BOOL" => WeightType.Bool,
        _ => null,
    };

    /// <summary>What a safetensors header calls the type.</summary>
    public static string SafetensorsName(this WeightType type) => type == WeightType.Bool ? "BOOL" : type.ToString();

    /// <summary>The element type of the PyTorch storage class <c>torch.{name}</c>; null if this reader has none.</summary>
    public static WeightType? FromTorchStorage(string name) => name switch
    {
        "DoubleStorage" => WeightType.F64,
        "FloatStorage" => WeightType.F32,
        "HalfStorage" => WeightType.F16,
        "BFloat16Storage" => WeightType.BF16,
        "LongStorage" => WeightType.I64,
        "IntStorage" => WeightType.I32,
        "ShortStorage" => WeightType.I16,
        "CharStorage" => WeightType.I8,
        "ByteStorage" => WeightType.U8,
        "BoolStorage" => WeightType.Bool,
        _ => null,
    };

    /// <summary>
    /// Bytes of an element of any PyTorch storage class, also of those whose tensors cannot be read: what comes after them must be found.
    /// Null if there is no such class.
    /// </summary>
    public static int? TorchStorageByteSize(string name) => FromTorchStorage(name) is { } type ? type.ByteSize() : name switch
    {
        "ComplexDoubleStorage" => 16,
        "ComplexFloatStorage" => 8,
        "QInt32Storage" => 4,
        "QInt8Storage" or "QUInt8Storage" or "QUInt4x2Storage" or "QUInt2x4Storage" or "UntypedStorage" => 1,
        _ => null,
    };
}
