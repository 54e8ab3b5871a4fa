using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>How the product is laid out on a device; packed weights fit every product of one tiling.</summary>
/// <param name="Lanes">Packed weight rows that lie side by side: the invocations that read together.</param>
/// <param name="ColumnLanes">Invocations of a workgroup along N, a multiple of <paramref name="Lanes"/>.</param>
/// <param name="Slices">Slices of K in a workgroup. The same for every tile, or rows would differ between tiles.</param>
/// <param name="Tiles">Register tiles by ascending rows; columns are even, for gate and up.</param>
/// <param name="LargestTileRows">The last tile serves from this many rows on: it gains little and compiles long.</param>
internal sealed record MatmulTiling(int Lanes, int ColumnLanes, int Slices, MatmulTile[] Tiles, int LargestTileRows)
{
    // Eight lanes are a vector of llvmpipe on AVX. Two vectors per workgroup measured best at 4 rows and cost nothing at
    // others; the ladder is in matmul_tiled.comp.
    public static readonly MatmulTiling Software = new(8, 16, 1, [new(1, 8), new(4, 16), new(8, 8), new(16, 8)], 64);

    // Not tuned: chosen for 256-byte reads, 128 invocations and few enough registers for full occupancy on RDNA.
    public static readonly MatmulTiling Gpu = new(16, 16, 8, [new(1, 2), new(4, 4), new(8, 4)], 1);

    // An image has many pixels, so one tile serves; the ladder is in conv_tiled.comp.
    public static readonly MatmulTiling SoftwareConvolution = new(8, 8, 1, [new(12, 8)], 1);

    // Not tuned: many pixels need no slices of K. 32 invocations share the loads of 8 pixels.
    public static readonly MatmulTiling GpuConvolution = new(16, 32, 1, [new(8, 4)], 1);

    /// <summary>Packed blocks that a workgroup covers with a tile.</summary>
    public int BlocksPerGroup(MatmulTile tile) => ColumnLanes / Lanes * tile.Columns;

    /// <summary>Panels end on multiples of this many blocks where they can, so that no workgroup is partly idle.</summary>
    public int PreferredPanelBlocks => Tiles.Max(BlocksPerGroup);

    public static MatmulTiling For(DeviceProfile profile) => profile.IsSoftware ? Software : Gpu;

    public static MatmulTiling ForConvolution(DeviceProfile profile) => profile.IsSoftware ? SoftwareConvolution : GpuConvolution;

    /// <summary>
    /// Cuts rows into runs of one tile each: the largest tile as far as it goes, then the smallest one that takes the
    /// rest at once.
    /// </summary>
    public IEnumerable<(int First, int Count, MatmulTile Tile)> Split(int rows)
    {
        var largest = rows >= LargestTileRows ? Tiles[^1] : Tiles[^2];
        var rest = rows % largest.Rows;
        var restTile = Tiles.First(tile => tile.Rows >= rest);
        var full = restTile == largest ? rows : rows - rest;
        if (full > 0)
        {
            yield return (0, full, largest);
        }

        if (full < rows)
        {
            yield return (full, rows - full, restTile);
        }
    }
}
