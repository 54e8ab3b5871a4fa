using NarVulkan.Quantization;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>How the product on cooperative matrices is laid out on a device.</summary>
/// <param name="Precision">Of the weights: float16 or 8 bits.</param>
/// <param name="Shape">The device's matrices: weights are packed in blocks of its columns, those of float16 also of its depth.</param>
/// <param name="Parts">Halfs that make one activation: 1 or 2.</param>
/// <param name="Slices">Slices of K. The same for every product of a precision, or rows would differ between tiles.</param>
/// <param name="Few">Tiles for few rows by ascending rows, each slice with a subgroup of its own.</param>
/// <param name="Many">The tile for as many rows as fill the device with it; null where it has no room for one.</param>
internal sealed record CooperativeTiling(
    WeightPrecision Precision, CooperativeMatrixShape Shape, int Parts, int Slices, CooperativeTile[] Few, CooperativeTile? Many)
{
    private const int MostSlices = 8;

    // More leaves room for one workgroup where there should be two.
    private const uint UsefulSharedBytes = 48 << 10;

    // Not tuned: enough for every unit of a large GPU to have one.
    private const int FullDeviceGroups = 96;

    /// <summary>Units of 16 bytes of one packed row that lie together.</summary>
    public int UnitRun => Precision == WeightPrecision.Q8 ? 1 : Shape.Depth / MatrixPacker.ChunkLength;

    /// <summary>Panels end on multiples of this many blocks where they can, so that no workgroup is partly idle.</summary>
    public int PreferredPanelBlocks => Math.Max(Few.Max(tile => tile.Blocks), Many?.Blocks ?? 0);

    /// <summary>The tiling for weights of a precision, or null: they go the plain way, or that of integer dot products where these were asked for.</summary>
    public static CooperativeTiling? For(DeviceProfile profile, WeightPrecision precision) => (precision, profile.CooperativeMatrix) switch
    {
        (WeightPrecision.Float16, { } shape) => For(profile, precision, shape, stepTiles: null),
        (WeightPrecision.Q8, { } shape) when !profile.IntegerDotProducts && shape.Depth <= Q8Blocks.Length =>
            For(profile, precision, shape, Q8Blocks.Length / shape.Depth),
        _ => null,
    };

    /// <summary>How K is cut: tiles along it, whole blocks of 8-bit weights, and how many of them make a slice.</summary>
    /// <param name="chunkCount">Chunks of 8 along K.</param>
    public (int Tiles, int SliceTiles) Slice(int chunkCount)
    {
        var granule = Precision == WeightPrecision.Q8 ? Q8Blocks.Length / Shape.Depth : 1;
        var granuleChunks = granule * Shape.Depth / MatrixPacker.ChunkLength;
        var granules = (chunkCount + granuleChunks - 1) / granuleChunks;
        return (granules * granule, (granules + Slices - 1) / Slices * granule);
    }

    /// <summary>The form of the kernel for a product.</summary>
    /// <param name="rows">Rows of x.</param>
    /// <param name="blocks">Packed blocks of columns.</param>
    public CooperativeTile Choose(int rows, int blocks)
    {
        if (Many is { } many && Groups(many, rows, blocks) >= FullDeviceGroups)
        {
            return many;
        }

        var enough = Array.FindIndex(Few, tile => tile.Rows(Shape) >= rows);
        return Few[enough < 0 ? ^1 : enough];
    }

    /// <param name="stepTiles">Tiles along K that are staged at a time; null: as many as there is room for.</param>
    private static CooperativeTiling? For(DeviceProfile profile, WeightPrecision precision, CooperativeMatrixShape shape, int? stepTiles)
    {
        var parts = profile.HalfActivations ? 1 : 2;
        bool Fits(CooperativeTile tile) =>
            tile.Subgroups * shape.SubgroupSize <= profile.MaxWorkgroupInvocations
            && tile.SharedBytes(shape, parts, precision) <= Math.Min(profile.MaxSharedMemoryBytes, UsefulSharedBytes);

        for (var slices = MostSlices; slices >= 1; slices /= 2)
        {
            CooperativeTile[] few = [new(1, 2, stepTiles ?? 2 / parts, slices, 1, 1), new(2, 2, stepTiles ?? 1, slices, 1, 1), new(4, 2, stepTiles ?? 1, slices, 1, 1)];
            CooperativeTile many = new(2, 4, stepTiles ?? 1, 1, 2, 2);
            if (Fits(few[0]))
            {
                return new CooperativeTiling(precision, shape, parts, slices, Array.FindAll(few, Fits), Fits(many) ? many : null);
            }
        }

        return null;
    }

    private long Groups(CooperativeTile tile, int rows, int blocks) =>
        (long)((rows + tile.Rows(Shape) - 1) / tile.Rows(Shape)) * ((blocks + tile.Blocks - 1) / tile.Blocks);
}
