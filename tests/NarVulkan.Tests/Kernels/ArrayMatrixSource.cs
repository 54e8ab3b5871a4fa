using NarVulkan.Kernels;

namespace NarVulkan.Tests.Kernels;

/// <summary>A matrix in an array, row by row.</summary>
internal sealed class ArrayMatrixSource(float[] values, int columns) : MatrixSource
{
    public override int Rows => values.Length / columns;

    public override int Columns => columns;

    public override void ReadRow(int row, Span<float> destination) => values.AsSpan(row * columns, columns).CopyTo(destination);
}
