using NarVulkan.Kernels;

namespace NarVulkan.Tests.Kernels;

/// <summary>A matrix in memory, as the packers read it.</summary>
internal sealed class ArrayMatrix(float[] values, int rows, int columns) : MatrixSource
{
    public override int Rows => rows;

    public override int Columns => columns;

    public override void ReadRow(int row, Span<float> destination) => values.AsSpan(row * columns, columns).CopyTo(destination);
}
