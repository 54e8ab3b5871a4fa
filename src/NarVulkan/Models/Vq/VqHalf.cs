using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary>The layers of one half of the tokenizer with their weights; the loader's owner owns them.</summary>
internal sealed class VqHalf
{
    private readonly VqConvolution first, last;
    private readonly IReadOnlyList<IVqBlock> blocks;
    private readonly VqNorm lastNorm;

    /// <summary>Loads every layer.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape.</exception>
    public VqHalf(WeightLoader loader, VqHalfShape shape)
    {
        Shape = shape;
        first = VqConvolution.Spatial(loader, shape.Prefix + "conv_in", shape.InputChannels, shape.FirstWidth);
        blocks = [.. shape.Stages.Select(stage => Load(loader, stage))];
        lastNorm = VqNorm.Load(loader, shape.Prefix + "norm_out", shape.LastWidth);
        last = VqConvolution.Spatial(loader, shape.Prefix + "conv_out", shape.LastWidth, shape.OutputChannels);
    }

    public VqHalfShape Shape { get; }

    /// <summary>Records all layers. It uses up <paramref name="x"/>.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="x">[height, width, input channels, filled up to a multiple of 8].</param>
    /// <param name="planar">Slabs of the result are [channels, rows, width], as pictures lie in memory.</param>
    /// <returns>[height, width, output channels].</returns>
    public FeatureMap Record(VqRecorder recorder, FeatureMap x, bool planar)
    {
        var hidden = recorder.Convolve(x, null, first, ConvSampling.Same);
        recorder.Return(x);
        foreach (var block in blocks)
        {
            hidden = block.Record(recorder, hidden);
        }
        var result = recorder.Take(hidden.Height, hidden.Width, Shape.OutputChannels);
        recorder.ConvolveInto(hidden, lastNorm, last, ConvSampling.Same, result, MatmulEpilogue.StoreBias, planar);
        recorder.Return(hidden);
        return result;
    }

    private static IVqBlock Load(WeightLoader loader, VqStage stage) => stage.Kind switch
    {
        VqStageKind.Residual => new VqResidualBlock(loader, stage),
        VqStageKind.Attention => new VqAttentionBlock(loader, stage),
        _ => new VqResampleBlock(loader, stage),
    };
}
