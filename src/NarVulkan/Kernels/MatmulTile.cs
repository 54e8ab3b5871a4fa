using System.Globalization;

namespace NarVulkan.Kernels;

/// <summary>One form of the product's kernel: what may be chosen freely for any product, since results do not depend on it, bit for bit.</summary>
/// <param name="Rows">Rows of x that one invocation accumulates in registers.</param>
/// <param name="Columns">Columns of y likewise; even where the layout pairs columns.</param>
/// <param name="ColumnLanes">Invocations of a workgroup along N: a multiple of the lanes that the weights were packed for.</param>
/// <param name="Slices">Invocations of a workgroup along K, which take segments in turn.</param>
/// <param name="Path">How operands are read.</param>
internal readonly record struct MatmulTile(int Rows, int Columns, int ColumnLanes, int Slices, MatmulPath Path)
{
    /// <summary>Invocations of a workgroup.</summary>
    public int Invocations => ColumnLanes * Slices;

    /// <summary>Bytes of shared memory of a workgroup, through which slices exchange their sums.</summary>
    public int SharedBytes => Slices > 1 ? Invocations * Rows * Columns * sizeof(float) : 0;

    /// <summary>Its kernel can cut sums into segments; the others serve software drivers, where sums have one.</summary>
    public bool CutsSums => Path is MatmulPath.Storage or MatmulPath.Broadcast;

    /// <summary>The name in reports and tuning files: <c>8x4x16x8-storage</c> is 8 rows by 4 columns, 16 lanes, 8 slices.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Rows}x{Columns}x{ColumnLanes}x{Slices}-{Path.ToString().ToLowerInvariant()}");
}
