using NarVulkan.Kernels;
using NarVulkan.Quantization;

namespace NarVulkan.Models;

/// <summary>
/// Matrices of equal height side by side. Joins the output matrices of all heads, so that one product sums the heads' logits.
/// </summary>
internal sealed class JoinedColumns : MatrixSource
{
    private readonly MatrixSource[] parts;

    /// <summary>Joins <paramref name="parts"/>, which must be equally high.</summary>
    public JoinedColumns(params MatrixSource[] parts)
    {
        this.parts = parts;
        Rows = parts[0].Rows;
        Columns = parts.Sum(part => part.Columns);
        if (parts.Any(part => part.Rows != Rows))
        {
            throw new ArgumentException("Joined matrices must be equally high.", nameof(parts));
        }
    }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <inheritdoc/>
    public override int Columns { get; }

    /// <inheritdoc/>
    public override bool ReadQ8Row(int row, Span<sbyte> weights, Span<Half> scales)
    {
        // Where a part ends within a block, the block is of two parts, and no part's own.
        if (parts.SkipLast(1).Any(part => part.Columns % Q8Blocks.Length != 0))
        {
            return base.ReadQ8Row(row, weights, scales);
        }
        bool inRange = true;
        int column = 0;
        foreach (var part in parts)
        {
            inRange &= part.ReadQ8Row(row, weights.Slice(column, part.Columns), scales.Slice(column / Q8Blocks.Length, Q8Blocks.Count(part.Columns)));
            column += part.Columns;
        }
        return inRange;
    }

    /// <inheritdoc/>
    public override void ReadRow(int row, Span<float> destination)
    {
        int column = 0;
        foreach (var part in parts)
        {
            part.ReadRow(row, destination.Slice(column, part.Columns));
            column += part.Columns;
        }
    }

    /// <inheritdoc/>
    public override bool EncodeRow(int row, WeightPrecision precision, Span<byte> destination)
    {
        int perWeight = WeightEncoding.BytesPerWeight(precision);
        var inRange = true;
        foreach (var part in parts)
        {
            inRange &= part.EncodeRow(row, precision, destination);
            destination = destination[(part.Columns * perWeight)..];
        }
        return inRange;
    }

    /// <inheritdoc/>
    public override void Release() => Array.ForEach(parts, part => part.Release());
}
