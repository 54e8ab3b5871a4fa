using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>Weight and bias of a GroupNorm; borrowed from the loader's owner.</summary>
internal sealed record VqNorm(DeviceBuffer Weight, DeviceBuffer Bias)
{
    /// <summary>Loads NAME.weight and NAME.bias.</summary>
    public static VqNorm Load(WeightLoader loader, string name, int channels) =>
        new(loader.Vector(name + ".weight", channels), loader.Vector(name + ".bias", channels));
}
