using NarVulkan.Kernels;

namespace NarVulkan.Models;

/// <summary>Matrices of equal width on top of one another: rows of the first, then of the second, ...</summary>
internal sealed class StackedRows : MatrixSource
{
    private readonly MatrixSource[] parts;

    /// <summary>Stacks <paramref name="parts"/>, which must be equally wide.</summary>
    public StackedRows(params MatrixSource[] parts)
    {
        this.parts = parts;
        Columns = parts[0].Columns;
        Rows = parts.Sum(part => part.Rows);
        if (parts.Any(part => part.Columns != Columns))
        {
            throw new ArgumentException("Stacked matrices must be equally wide.", nameof(parts));
        }
    }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <inheritdoc/>
    public override int Columns { get; }

    /// <inheritdoc/>
    public override void ReadRow(int row, Span<float> destination) => Part(ref row).ReadRow(row, destination);

    /// <inheritdoc/>
    public override bool EncodeRow(int row, WeightPrecision precision, Span<byte> destination) => Part(ref row).EncodeRow(row, precision, destination);

    /// <inheritdoc/>
    public override bool ReadQ8Row(int row, Span<sbyte> weights, Span<Half> scales) => Part(ref row).ReadQ8Row(row, weights, scales);

    /// <inheritdoc/>
    public override void Release() => Array.ForEach(parts, part => part.Release());

    /// <summary>The part that has a row, which becomes one of the part's.</summary>
    private MatrixSource Part(ref int row)
    {
        foreach (var part in parts)
        {
            if (row < part.Rows)
            {
                return part;
            }
            row -= part.Rows;
        }
        throw new ArgumentOutOfRangeException(nameof(row));
    }
}
