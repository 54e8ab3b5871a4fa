using NarVulkan.Vulkan;

namespace NarVulkan.Kernels.Tuning;

/// <summary>The forms that may be chosen on a device. What a tuning file names must be one of them.</summary>
internal static class MatmulCandidates
{
    /// <summary>Every form that the device can run with its tiling, for any number of rows.</summary>
    public static IEnumerable<MatmulTile> All(DeviceProfile profile, MatmulTiling tiling) =>
        MatmulShape.RowBuckets.SelectMany(rows => For(profile, tiling, rows, pairs: false)).Distinct();

    /// <summary>The few worth timing for a bucket of rows, one that is used untuned first.</summary>
    public static IReadOnlyList<MatmulTile> For(DeviceProfile profile, MatmulTiling tiling, int rows, bool pairs)
    {
        var forms = tiling.Integer ? Integer(rows) : profile.IsSoftware ? Software(tiling, rows) : Gpu(profile, rows);
        return [.. forms.Prepend(tiling.Whole(rows))
            .Where(tile => Fits(profile, tiling, tile) && !(pairs && tile.Columns % 2 != 0))
            .Distinct()];
    }

    private static bool Fits(DeviceProfile profile, MatmulTiling tiling, MatmulTile tile) =>
        tile.ColumnLanes % tiling.Lanes == 0
        && tile.Invocations <= profile.MaxWorkgroupInvocations
        && (tiling.Integer ? MatmulIntegerKernel.SharedBytes(tile) : tile.SharedBytes) <= profile.MaxSharedMemoryBytes
        && tile.Slices <= tiling.MostSegments
        && (tile.Path != MatmulPath.Broadcast || (profile.SubgroupShuffle && tile.ColumnLanes % profile.MaxSubgroupSize == 0));

    // Tiles that are at least half full; each costs a software driver a fifth of a second to compile, or a second (Mesa 25.0). Which number of
    // columns is best for many rows changes with the driver and the processor (the ladder in matmul_tiled.comp).
    private static IEnumerable<MatmulTile> Software(MatmulTiling tiling, int rows)
    {
        var own = tiling.Tiles.Select(entry => entry.Tile);
        IEnumerable<MatmulTile> all = tiling.Tiles[0].Tile.Path != MatmulPath.Texel
            ? own
            : [.. own, Texel(1, 8, 16), Texel(4, 8, 16), Texel(8, 4, 8), Texel(12, 4, 8), Texel(16, 4, 8), Texel(16, 8, 16)];
        return all.Where(tile => tile.Rows <= 2 * rows);
    }

    // Narrow columns and many slices fill the device when rows are few; wide ones share activations when they are many. 16
    // rows only where lanes share addresses: as many do not fit the scalar registers of RDNA, which spills them.
    private static IEnumerable<MatmulTile> Gpu(DeviceProfile profile, int rows)
    {
        var wide = (int)Math.Max(profile.MaxSubgroupSize, 32);
        var slices = Math.Max(128 / wide, 1);
        return rows switch
        {
            <= 2 =>
            [
                Storage(rows, 2, 8, 16), Storage(rows, 1, 8, 16), Storage(rows, 4, 8, 16), Storage(rows, 2, 8, 32), Storage(rows, 4, 8, 8), Storage(rows, 2, 16, 8),
                Storage(rows, 2, 32, 4),
            ],
            <= 4 =>
            [
                Storage(4, 2, 8, 16), Storage(4, 1, 8, 16), Storage(4, 4, 8, 16), Storage(4, 2, 8, 32), Storage(4, 2, 16, 8), Storage(4, 4, 32, 4),
                Broadcast(4, 2, wide, slices), Broadcast(4, 4, wide, slices),
            ],
            <= 8 =>
            [
                Storage(8, 2, 8, 16), Storage(8, 2, 16, 8), Storage(8, 4, 16, 8), Storage(8, 2, 32, 4), Storage(8, 4, 32, 4), Storage(8, 4, 64, 2),
                Broadcast(8, 2, wide, slices), Broadcast(8, 4, wide, slices),
            ],
            _ =>
            [
                Storage(8, 4, 32, 4), Storage(8, 4, 64, 2), Storage(8, 4, 64, 1), Storage(8, 4, 128, 1), Storage(8, 8, 64, 1), Storage(8, 8, 32, 2),
                Broadcast(8, 4, wide, slices), Broadcast(8, 4, wide, 1), Broadcast(8, 8, wide, 1), Broadcast(16, 4, wide, 1), Broadcast(16, 4, wide, 2),
            ],
        };
    }

    // 16 rows would leave no lane a register for weights.
    private static IEnumerable<MatmulTile> Integer(int rows) => rows switch
    {
        <= 2 =>
        [
            Storage(rows, 2, 8, 16), Storage(rows, 1, 8, 16), Storage(rows, 4, 8, 16), Storage(rows, 4, 8, 8), Storage(rows, 2, 16, 8), Storage(rows, 2, 32, 4),
        ],
        <= 4 => [Storage(4, 2, 8, 16), Storage(4, 1, 8, 16), Storage(4, 4, 8, 16), Storage(4, 2, 16, 8), Storage(4, 4, 32, 4)],
        <= 8 => [Storage(8, 2, 8, 16), Storage(8, 2, 16, 8), Storage(8, 4, 16, 8), Storage(8, 2, 32, 4), Storage(8, 4, 32, 4), Storage(8, 4, 64, 2)],
        _ => [Storage(8, 2, 16, 8), Storage(8, 4, 32, 4), Storage(8, 4, 64, 2), Storage(8, 2, 64, 1), Storage(8, 4, 64, 1), Storage(8, 4, 128, 1)],
    };

    private static MatmulTile Texel(int rows, int columns, int lanes) => new(rows, columns, lanes, 1, MatmulPath.Texel);

    private static MatmulTile Storage(int rows, int columns, int lanes, int slices) => new(rows, columns, lanes, slices, MatmulPath.Storage);

    private static MatmulTile Broadcast(int rows, int columns, int lanes, int slices) => new(rows, columns, lanes, slices, MatmulPath.Broadcast);
}
