using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>Where a convolution writes: channel c of its pixel i at float Offset + i * PixelStride + c * ColumnStride.</summary>
internal readonly record struct ConvOutput(DeviceBuffer Buffer, uint Offset, uint PixelStride, uint ColumnStride);
