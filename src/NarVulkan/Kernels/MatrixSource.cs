using System.Buffers;
using NarVulkan.Quantization;

namespace NarVulkan.Kernels;

/// <summary>A matrix of weights, read row by row while it is packed for the device; never held as a whole.</summary>
internal abstract class MatrixSource
{
    public abstract int Rows { get; }

    public abstract int Columns { get; }

    /// <summary>Writes <see cref="Columns"/> float32 values. Called from several threads at once, in any order.</summary>
    public abstract void ReadRow(int row, Span<float> destination);

    /// <summary>Writes a row as a device stores it: as the file has it where that is the same, else rounded. Called like <see cref="ReadRow"/>.</summary>
    /// <param name="row">Which one.</param>
    /// <param name="precision">Float32, Float16 or BFloat16.</param>
    /// <param name="destination">Receives <see cref="Columns"/> weights in that precision; may be longer.</param>
    /// <returns>False when a weight is outside the range of the precision.</returns>
    public virtual bool EncodeRow(int row, WeightPrecision precision, Span<byte> destination)
    {
        var values = ArrayPool<float>.Shared.Rent(Columns);
        try
        {
            ReadRow(row, values.AsSpan(0, Columns));
            return WeightEncoding.Encode(values.AsSpan(0, Columns), precision, destination[..(Columns * WeightEncoding.BytesPerWeight(precision))]);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    /// <summary>
    /// Writes a row in 8-bit blocks: those that it is stored in, as they are, or else its values rounded. Called like <see cref="ReadRow"/>.
    /// </summary>
    /// <param name="row">Which one.</param>
    /// <param name="weights">Receives <see cref="Columns"/> weights.</param>
    /// <param name="scales">Receives the scales of their blocks.</param>
    /// <returns>False when a weight is not finite or too large for a scale.</returns>
    public virtual bool ReadQ8Row(int row, Span<sbyte> weights, Span<Half> scales)
    {
        var values = ArrayPool<float>.Shared.Rent(Columns);
        try
        {
            ReadRow(row, values.AsSpan(0, Columns));
            return Q8Blocks.Quantize(values.AsSpan(0, Columns), weights, scales);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    /// <summary>Lets the memory of what was read go, where it lies in a file: see <see cref="Checkpoints.WeightTensor.Release"/>.</summary>
    public virtual void Release()
    {
    }
}
