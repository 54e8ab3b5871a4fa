namespace NarVulkan.Kernels;

/// <summary>A matrix of zeros: gives the layout of one that the device will fill.</summary>
internal sealed class ZeroRows(int rows, int columns) : MatrixSource
{
    public override int Rows => rows;

    public override int Columns => columns;

    public override void ReadRow(int row, Span<float> destination) => destination[..columns].Clear();
}
