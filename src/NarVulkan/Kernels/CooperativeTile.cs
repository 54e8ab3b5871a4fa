using NarVulkan.Quantization;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// One form of <c>shaders/matmul_cooperative.comp</c>: what may be chosen freely for any product, since results do not
/// depend on it, bit for bit. Tiles are those of the device's <see cref="CooperativeMatrixShape"/>.
/// </summary>
/// <param name="RowTiles">Tiles of y that one subgroup owns, along the rows.</param>
/// <param name="ColumnTiles">Likewise along the columns; even, for gate and up.</param>
/// <param name="StepTiles">Tiles along K for which activations are staged at a time.</param>
/// <param name="SliceSubgroups">Subgroups of a workgroup along K: all slices, or 1, which takes them in turn.</param>
/// <param name="RowSubgroups">Subgroups of a workgroup along the rows; 1 where there are several along K.</param>
/// <param name="ColumnSubgroups">Subgroups of a workgroup along the columns; 1 where there are several along K.</param>
internal readonly record struct CooperativeTile(
    int RowTiles, int ColumnTiles, int StepTiles, int SliceSubgroups, int RowSubgroups, int ColumnSubgroups)
{
    public int Subgroups => SliceSubgroups * RowSubgroups * ColumnSubgroups;

    /// <summary>Packed blocks of columns that a workgroup covers.</summary>
    public int Blocks => ColumnSubgroups * ColumnTiles;

    /// <summary>Rows of y that a workgroup covers.</summary>
    public int Rows(CooperativeMatrixShape shape) => RowSubgroups * RowTiles * shape.Rows;

    /// <summary>What the workgroup has in shared memory: staged activations and results of two tiles per subgroup; of 8-bit weights a block of each column and its scale.</summary>
    /// <param name="shape">The device's matrices.</param>
    /// <param name="parts">Halfs that make one activation.</param>
    /// <param name="precision">Of the weights.</param>
    public int SharedBytes(CooperativeMatrixShape shape, int parts, WeightPrecision precision) =>
        (SliceSubgroups * parts * Rows(shape) * (StepTiles * shape.Depth + 8) * 2) + (Subgroups * shape.Rows * 2 * shape.Columns * sizeof(float))
        + (precision == WeightPrecision.Q8 ? SliceSubgroups * Blocks * shape.Columns * ((Q8Blocks.Length + 8) * 2 + sizeof(float)) : 0);

    public override string ToString() =>
        $"{RowTiles} x {ColumnTiles} tiles in {(SliceSubgroups > 1 ? $"{SliceSubgroups} slices of K" : $"{RowSubgroups} x {ColumnSubgroups} subgroups")}";
}
