namespace NarVulkan.Tests.Kernels.Spirv;

/// <summary>A member of a block: its type and its offset in bytes. Names do not survive the optimizer.</summary>
internal readonly record struct SpirvMember(SpirvMemberKind Kind, uint Offset);
