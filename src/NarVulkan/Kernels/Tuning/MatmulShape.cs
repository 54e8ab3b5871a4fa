namespace NarVulkan.Kernels.Tuning;

/// <summary>What the best form of a product depends on besides the number of rows.</summary>
/// <param name="Products">Rows of the packed weights, N: two for each column of y where the layout pairs them.</param>
/// <param name="Depth">K.</param>
/// <param name="Precision">Of the weights.</param>
/// <param name="Pairs">Columns are finished in pairs.</param>
/// <param name="Integer">It is computed by integer dot products.</param>
internal readonly record struct MatmulShape(int Products, int Depth, WeightPrecision Precision, bool Pairs, bool Integer = false)
{
    /// <summary>Numbers of rows that forms are chosen for; another number goes by the next larger one, or the last.</summary>
    public static readonly IReadOnlyList<int> RowBuckets = [1, 2, 4, 8, 16, 32, 64, 128];

    public static MatmulShape Of(PackedMatrix weights) => new(
        weights.Columns * MatrixPacker.BlocksPerColumn(weights.Layout), weights.Depth, weights.Precision, weights.Layout != MatrixLayout.Plain,
        weights.Cooperative is null && weights.Tiling.Integer);

    /// <summary>The bucket of a number of rows.</summary>
    public static int Bucket(int rows)
    {
        foreach (var bucket in RowBuckets)
        {
            if (rows <= bucket)
            {
                return bucket;
            }
        }

        return RowBuckets[^1];
    }
}
