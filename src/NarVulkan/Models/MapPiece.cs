using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>Rows or pixels of a <see cref="FeatureMap"/> that lie in one slab.</summary>
/// <param name="Slab">The slab.</param>
/// <param name="First">The first of them, counted over the map.</param>
/// <param name="Count">How many.</param>
/// <param name="InSlab">The first of them, counted over the slab.</param>
internal readonly record struct MapPiece(DeviceBuffer Slab, int First, int Count, int InSlab);
