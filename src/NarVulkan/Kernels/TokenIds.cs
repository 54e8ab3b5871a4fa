using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// Where the fed ids (int32) lie: row i of sequence q is Buffer[(q / Divisor) * Stride + Offset + i]. A divisor of 2
/// gives the conditional and the unconditional sequence of a sample the same tokens.
/// </summary>
internal readonly record struct TokenIds(DeviceBuffer Buffer, int Offset, int Stride, int Divisor);
