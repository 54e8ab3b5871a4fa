using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// A learned position embedding [Rows, width], float32, and the positions (int32) of the fed slots: row i of every
/// sequence adds Embedding[Positions[Offset + i]].
/// </summary>
internal readonly record struct PositionIds(DeviceBuffer Embedding, int Rows, DeviceBuffer Positions, int Offset);
