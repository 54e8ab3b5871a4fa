namespace NarVulkan.Checkpoints;

/// <summary>Element types of <c>.npy</c> files that this product reads.</summary>
internal enum NpyType
{
    Float16,
    Float32,
    Float64,
    Int32,
    Int64,
    UInt8,
}
