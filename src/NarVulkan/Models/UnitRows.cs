using NarVulkan.Kernels;

namespace NarVulkan.Models;

/// <summary>A codebook whose rows are scaled to length 1, as the quantisers of LARP and VQ look it up.</summary>
internal sealed class UnitRows(MatrixSource source) : MatrixSource
{
    /// <summary>The floor that the original's normalisation puts under a length.</summary>
    private const double SmallestLength = 1e-12;

    /// <inheritdoc/>
    public override int Rows => source.Rows;

    /// <inheritdoc/>
    public override int Columns => source.Columns;

    /// <inheritdoc/>
    public override void Release() => source.Release();

    /// <inheritdoc/>
    public override void ReadRow(int row, Span<float> destination)
    {
        source.ReadRow(row, destination);
        double squares = 0;
        foreach (float value in destination[..Columns])
        {
            squares += (double)value * value;
        }
        double length = Math.Max(Math.Sqrt(squares), SmallestLength);
        for (int column = 0; column < Columns; column++)
        {
            destination[column] = (float)(destination[column] / length);
        }
    }
}
