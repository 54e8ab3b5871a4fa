using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>A run of a decoder's output pixels: a plane of floats for each of three colours.</summary>
/// <param name="Planes">Where they lie.</param>
/// <param name="First">First pixel of the run in the first plane, in floats.</param>
/// <param name="PlaneStride">From one plane to the next, in floats.</param>
/// <param name="Count">Pixels.</param>
internal readonly record struct PixelRun(DeviceBuffer Planes, int First, int PlaneStride, int Count);
