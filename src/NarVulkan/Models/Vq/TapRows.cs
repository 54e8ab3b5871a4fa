using NarVulkan.Checkpoints;
using NarVulkan.Kernels;

namespace NarVulkan.Models.Vq;

/// <summary>
/// The weights [out, in, 3, 3] of a convolution as <see cref="ConvKernel"/> reads them: [out, tap, in], channels filled up
/// with zeros to a multiple of 8.
/// </summary>
internal sealed class TapRows(WeightTensor tensor) : MatrixSource
{
    private readonly TensorRows rows = new(tensor, checked((int)(tensor.Shape[1] * ConvKernel.Taps)));
    private readonly int channels = (int)tensor.Shape[1], padded = ((int)tensor.Shape[1] + MatrixPacker.ChunkLength - 1) / MatrixPacker.ChunkLength * MatrixPacker.ChunkLength;

    /// <inheritdoc/>
    public override int Rows => rows.Rows;

    /// <inheritdoc/>
    public override int Columns => padded * ConvKernel.Taps;

    /// <inheritdoc/>
    public override void Release() => tensor.Release();

    /// <inheritdoc/>
    public override void ReadRow(int row, Span<float> destination)
    {
        var values = new float[rows.Columns];
        rows.ReadRow(row, values);
        destination[..Columns].Clear();
        for (int tap = 0; tap < ConvKernel.Taps; tap++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                destination[tap * padded + channel] = values[channel * ConvKernel.Taps + tap];
            }
        }
    }
}
