using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>
/// Records the layers of a tokenizer over feature maps. Convolutions run band by band: the rows that a band needs are laid
/// out in one buffer, normed on the way, and the band is written to its place; so a device need not bind more than three rows of
/// an image, and no pixel depends on how the bands are cut. Only the attention's queries, keys and values are one buffer: with the
/// published widths, 128 MiB of it are an image of 2352 x 2352 pixels.
/// </summary>
internal sealed class VqRecorder(CommandRecorder commands, KernelSet kernels, VqWorkspace workspace, double mostWork)
{
    public CommandRecorder Commands => commands;

    public KernelSet Kernels => kernels;

    public VqWorkspace Workspace => workspace;

    /// <summary>A new map; <see cref="Return"/> gives its memory to later ones.</summary>
    public FeatureMap Take(int height, int width, int channels) => workspace.Slabs.Take(height, width, channels);

    /// <summary>Nothing recorded from now on reads this map.</summary>
    public void Return(FeatureMap map) => workspace.Slabs.Return(map);

    /// <summary>The convolution, with bias, of swish(norm(x)), or of x where there is no norm, as a new map.</summary>
    public FeatureMap Convolve(FeatureMap x, VqNorm? norm, VqConvolution convolution, ConvSampling sampling)
    {
        var y = Take(ConvBand.OutputSize(sampling, x.Height), ConvBand.OutputSize(sampling, x.Width), convolution.Channels);
        ConvolveInto(x, norm, convolution, sampling, y, MatmulEpilogue.StoreBias);
        return y;
    }

    /// <summary>As <see cref="Convolve"/>, into a map that there is; slabs of <paramref name="planar"/> maps are [channels, rows, width].</summary>
    public void ConvolveInto(
        FeatureMap x, VqNorm? norm, VqConvolution convolution, ConvSampling sampling, FeatureMap y, MatmulEpilogue epilogue, bool planar = false)
    {
        var scales = norm is null ? null : Statistics(x, norm);
        int most = RowsOfABand(x, convolution.Weights, sampling, y.Width);
        foreach (var piece in y.Rows())
        {
            for (int done = 0; done < piece.Count; done += most)
            {
                var band = new ConvBand(sampling, x.Width, piece.First + done, Math.Min(most, piece.Count - done));
                LayOut(x, band.InputFirstRow, band.InputRows, scales, norm, swish: norm is not null, bordered: true);
                uint pixel = (uint)((piece.InSlab + done) * y.Width);
                var output = planar
                    ? new ConvOutput(piece.Slab, pixel, 1, (uint)(y.RowsPerSlab * y.Width))
                    : new ConvOutput(piece.Slab, pixel * (uint)y.Channels, (uint)y.Channels, 1);
                kernels.Conv.Record(commands, convolution.Weights, workspace.Input, band, output, epilogue, convolution.Bias);
            }
        }
    }

    /// <summary>A 1 x 1 convolution of x as a new map.</summary>
    public FeatureMap Project(FeatureMap x, VqConvolution convolution)
    {
        var y = Take(x.Height, x.Width, convolution.Channels);
        foreach (var rows in x.Rows())
        {
            ProjectPixels(rows.Slab, rows.InSlab * x.Width, convolution, y, rows.First * x.Width, rows.Count * x.Width);
        }
        return y;
    }

    /// <summary>A 1 x 1 convolution of dense rows of pixels into a map.</summary>
    public void ProjectPixels(DeviceBuffer x, int xFirst, VqConvolution convolution, FeatureMap y, int first, int count)
    {
        uint xWidth = (uint)convolution.Weights.Depth, yWidth = (uint)y.Channels;
        foreach (var piece in y.Pixels(first, count))
        {
            kernels.Matmul.Record(
                commands, convolution.Weights, x, (uint)(xFirst + piece.First - first) * xWidth, xWidth, piece.Slab, (uint)piece.InSlab * yWidth, yWidth, piece.Count,
                MatmulEpilogue.StoreBias, convolution.Bias);
        }
    }

    /// <summary>Gives the pixels of norm(x), dense, some image rows at a time: buffer, first pixel, pixels.</summary>
    public void NormRows(FeatureMap x, VqNorm norm, Action<DeviceBuffer, int, int> use)
    {
        var scales = Statistics(x, norm);
        int most = (int)Math.Min(workspace.Input.Size / sizeof(float) / (ulong)(x.Width * x.Channels), (ulong)x.Height);
        for (int first = 0; first < x.Height; first += most)
        {
            int rows = Math.Min(most, x.Height - first);
            LayOut(x, first, rows, scales, norm, swish: false, bordered: false);
            use(workspace.Input, first * x.Width, rows * x.Width);
        }
    }

    private DeviceBuffer Statistics(FeatureMap x, VqNorm norm)
    {
        foreach (var piece in x.Rows())
        {
            kernels.GroupNorm.RecordMoments(commands, piece.Slab, piece.InSlab, piece.Count, x.Width, x.Channels, workspace.Moments, piece.First);
        }
        kernels.GroupNorm.RecordScales(commands, workspace.Moments, x.Height, x.Width, VqShape.NormGroups, norm.Weight, VqShape.NormEpsilon, workspace.Scales);
        return workspace.Scales;
    }

    private void LayOut(FeatureMap x, int first, int count, DeviceBuffer? scales, VqNorm? norm, bool swish, bool bordered)
    {
        foreach (var (slab, rows) in x.InputRows(first, count, bordered))
        {
            kernels.ConvInput.Record(commands, slab, rows, scales, norm?.Bias, swish, workspace.Input);
        }
    }

    /// <summary>As many rows as the input buffer holds the input of, and <c>mostWork</c> are enough for.</summary>
    private int RowsOfABand(FeatureMap x, PackedMatrix weights, ConvSampling sampling, int outputWidth)
    {
        int fitting = (int)Math.Min(workspace.Input.Size / sizeof(float) / (ulong)((x.Width + 2) * x.Channels), int.MaxValue / 4);
        int rows = sampling switch
        {
            ConvSampling.Doubled => 2 * (fitting - 2),
            ConvSampling.Halved => (fitting - 1) / 2,
            _ => fitting - 2,
        };
        double timely = mostWork / ConvKernel.WorkPerRow(weights, outputWidth);
        return (int)Math.Clamp(Math.Min(rows, timely), 1, int.MaxValue / 4);
    }
}
