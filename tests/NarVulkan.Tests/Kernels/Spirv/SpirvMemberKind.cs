namespace NarVulkan.Tests.Kernels.Spirv;

/// <summary>Types that a parameter may have, and everything else.</summary>
internal enum SpirvMemberKind
{
    UInt,
    Int,
    Float,
    Other,
}
