using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary><c>x + conv2(swish(norm2(conv1(swish(norm1(x))))))</c>, x through a 1 x 1 convolution where the widths differ.</summary>
internal sealed class VqResidualBlock : IVqBlock
{
    private readonly VqNorm norm1, norm2;
    private readonly VqConvolution conv1, conv2;
    private readonly VqConvolution? shortcut;

    /// <summary>Loads the block; the loader owns what is created.</summary>
    public VqResidualBlock(WeightLoader loader, in VqStage stage)
    {
        norm1 = VqNorm.Load(loader, stage.Prefix + "norm1", stage.In);
        conv1 = VqConvolution.Spatial(loader, stage.Prefix + "conv1", stage.In, stage.Out);
        norm2 = VqNorm.Load(loader, stage.Prefix + "norm2", stage.Out);
        conv2 = VqConvolution.Spatial(loader, stage.Prefix + "conv2", stage.Out, stage.Out);
        shortcut = stage.In == stage.Out ? null : VqConvolution.Pointwise(loader, stage.Prefix + "nin_shortcut", stage.In, stage.Out);
    }

    /// <inheritdoc/>
    public FeatureMap Record(VqRecorder recorder, FeatureMap x)
    {
        var inner = recorder.Convolve(x, norm1, conv1, ConvSampling.Same);
        if (shortcut is not null)
        {
            var projected = recorder.Project(x, shortcut);
            recorder.Return(x);
            x = projected;
        }
        recorder.ConvolveInto(inner, norm2, conv2, ConvSampling.Same, x, MatmulEpilogue.AddToBias);
        recorder.Return(inner);
        return x;
    }
}
