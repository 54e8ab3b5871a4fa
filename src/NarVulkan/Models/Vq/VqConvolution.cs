using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>A convolution with bias, 3 x 3 for <see cref="ConvKernel"/> or 1 x 1 for <see cref="MatmulKernel"/>; borrowed from the loader's owner.</summary>
internal sealed record VqConvolution(PackedMatrix Weights, DeviceBuffer Bias)
{
    /// <summary>Channels that it writes.</summary>
    public int Channels => Weights.Columns;

    /// <summary>Loads NAME.weight [out, in, 3, 3] and NAME.bias.</summary>
    public static VqConvolution Spatial(WeightLoader loader, string name, int channels, int width)
    {
        var tensor = loader.File.Require(name + ".weight", width, channels, 3, 3);
        var tiling = MatmulTiling.ForConvolution(loader.Device.Profile);
        return new(loader.Matrix(tensor.Name, new TapRows(tensor), tiling: tiling), loader.Vector(name + ".bias", width));
    }

    /// <summary>Loads NAME.weight [out, in, 1, 1] and NAME.bias.</summary>
    public static VqConvolution Pointwise(WeightLoader loader, string name, int channels, int width) =>
        new(loader.Matrix(name + ".weight", PointwiseRows(loader, name, channels, width), exactly: loader.OtherPrecision), loader.Vector(name + ".bias", width));

    /// <summary>The weights [out, in] of a 1 x 1 convolution.</summary>
    public static TensorRows PointwiseRows(WeightLoader loader, string name, int channels, int width) =>
        new(loader.File.Require(name + ".weight", width, channels, 1, 1), channels);
}
