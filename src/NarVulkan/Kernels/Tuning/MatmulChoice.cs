namespace NarVulkan.Kernels.Tuning;

/// <summary>A form that was measured to be the fastest for a shape and a bucket of rows.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Rows">One of <see cref="MatmulShape.RowBuckets"/>.</param>
/// <param name="Tile">The form.</param>
/// <param name="Microseconds">What the product took; for reports.</param>
internal readonly record struct MatmulChoice(MatmulShape Shape, int Rows, MatmulTile Tile, double Microseconds);
