using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>Rows FirstRow ... FirstRow + Rows - 1 of an <see cref="EmbeddingTable"/>, in a buffer of their own.</summary>
internal readonly record struct EmbeddingPart(DeviceBuffer Buffer, int FirstRow, int Rows);
