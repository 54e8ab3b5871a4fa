namespace NarVulkan.Kernels.Tuning;

/// <summary>One form that the tuner timed.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Tile">The form.</param>
/// <param name="Microseconds">The best of several runs of one product; NaN where <paramref name="Problem"/> says why there is none.</param>
/// <param name="Problem">Null: it counts.</param>
internal readonly record struct MatmulTrial(MatmulShape Shape, int Rows, MatmulTile Tile, double Microseconds, string? Problem);
