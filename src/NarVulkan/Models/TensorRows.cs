using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using NarVulkan.Kernels;

namespace NarVulkan.Models;

/// <summary>
/// A tensor of a weights file as a matrix [rows, columns]; dimensions after the first are flattened into columns
/// (a convolution's kernel [out, in, t, h, w] becomes [out, in*t*h*w]).
/// </summary>
internal sealed class TensorRows : MatrixSource
{
    private readonly WeightTensor tensor;

    /// <summary>Wraps <paramref name="tensor"/>; its element count must be a multiple of <paramref name="columns"/>.</summary>
    /// <exception cref="ModelFileException">The elements are integers or booleans.</exception>
    public TensorRows(WeightTensor tensor, int columns)
    {
        this.tensor = tensor.RequireFloats();
        Columns = columns;
        Rows = checked((int)(tensor.ElementCount / columns));
    }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <inheritdoc/>
    public override int Columns { get; }

    /// <inheritdoc/>
    /// <exception cref="ModelFileException">An element is not a finite number.</exception>
    public override void ReadRow(int row, Span<float> destination)
    {
        var values = destination[..Columns];
        tensor.ReadFloats((long)row * Columns, values);
        RequireFinite(tensor, values);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelFileException">An element is not a finite number.</exception>
    public override bool EncodeRow(int row, WeightPrecision precision, Span<byte> destination)
    {
        if (tensor.Type != StoredAs(precision) || !tensor.IsStored)
        {
            return base.EncodeRow(row, precision, destination);
        }
        Span<byte> bytes = destination[..(Columns * tensor.Type.ByteSize())];
        tensor.ReadBytes((long)row * Columns, bytes);
        if (!FiniteNumbers.All(tensor.Type, bytes))
        {
            throw NotFinite(tensor);
        }
        return true;
    }

    /// <inheritdoc/>
    public override void Release() => tensor.Release();

    /// <inheritdoc/>
    /// <exception cref="ModelFileException">An element, or the scale of one, is not a finite number.</exception>
    public override bool ReadQ8Row(int row, Span<sbyte> weights, Span<Half> scales)
    {
        if (!tensor.IsQ8)
        {
            return base.ReadQ8Row(row, weights, scales);
        }
        tensor.ReadQ8Row(row, weights, scales);
        return true;
    }

    /// <summary>Refuses weights with which every result would be no number.</summary>
    public static void RequireFinite(WeightTensor tensor, ReadOnlySpan<float> values)
    {
        if (!FiniteNumbers.All(WeightType.F32, MemoryMarshal.AsBytes(values)))
        {
            throw NotFinite(tensor);
        }
    }

    private static ModelFileException NotFinite(WeightTensor tensor) =>
        new(tensor.FilePath, $"tensor {tensor.Name} holds values that are not finite numbers; the file is damaged, or its training diverged.");

    private static WeightType StoredAs(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float32 => WeightType.F32,
        WeightPrecision.Float16 => WeightType.F16,
        _ => WeightType.BF16,
    };
}
