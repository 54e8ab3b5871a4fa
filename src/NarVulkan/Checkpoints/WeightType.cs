namespace NarVulkan.Checkpoints;

/// <summary>Element types of stored tensors, all little-endian.</summary>
internal enum WeightType
{
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}
