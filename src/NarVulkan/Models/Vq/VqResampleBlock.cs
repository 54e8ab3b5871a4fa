using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary>Doubles an image by repeating pixels, or halves it, with one convolution.</summary>
internal sealed class VqResampleBlock : IVqBlock
{
    private readonly VqConvolution convolution;
    private readonly ConvSampling sampling;

    /// <summary>Loads the block; the loader owns what is created.</summary>
    public VqResampleBlock(WeightLoader loader, in VqStage stage)
    {
        sampling = stage.Kind == VqStageKind.Upsample ? ConvSampling.Doubled : ConvSampling.Halved;
        convolution = VqConvolution.Spatial(loader, stage.Prefix + "conv", stage.In, stage.Out);
    }

    /// <inheritdoc/>
    public FeatureMap Record(VqRecorder recorder, FeatureMap x)
    {
        var y = recorder.Convolve(x, null, convolution, sampling);
        recorder.Return(x);
        return y;
    }
}
