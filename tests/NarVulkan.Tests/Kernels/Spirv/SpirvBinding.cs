namespace NarVulkan.Tests.Kernels.Spirv;

/// <summary>A resource as the shader declares it.</summary>
internal readonly record struct SpirvBinding(bool IsTexel, bool Reads, bool Writes)
{
    /// <summary>Two declarations of one buffer: what either may do.</summary>
    public SpirvBinding MergedWith(SpirvBinding other) => new(IsTexel || other.IsTexel, Reads || other.Reads, Writes || other.Writes);
}
