namespace NarVulkan.Kernels;

/// <summary>How weights are stored on the device; arithmetic is float32 whatever the storage.</summary>
internal enum WeightPrecision
{
    Float32,
    Float16,
    BFloat16,

    /// <summary>Blocks of <see cref="Quantization.Q8Blocks"/>; matrices of products only.</summary>
    Q8,
}
