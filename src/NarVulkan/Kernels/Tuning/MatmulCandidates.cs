using NarVulkan.Vulkan;

namespace NarVulkan.Kernels.Tuning;

/// <summary>The forms that may be chosen on a device. What a tuning file names must be one of them.</summary>
internal static class MatmulCandidates
{
    // More accumulators than this spill, or leave too few invocations in flight to hide memory.
    private const int MostAccumulators = 64;

    /// <summary>Every form that the device can run with its tiling, for any number of rows.</summary>
    public static IEnumerable<MatmulTile> All(DeviceProfile profile, MatmulTiling tiling) =>
        MatmulShape.RowBuckets.SelectMany(rows => For(profile, tiling, rows, pairs: false)).Distinct();

    /// <summary>The few worth timing for a bucket of rows, the one that is used untuned first.</summary>
    public static IReadOnlyList<MatmulTile> For(DeviceProfile profile, MatmulTiling tiling, int rows, bool pairs)
    {
        var forms = profile.IsSoftware ? Software(tiling) : Gpu(profile, rows);
        return [.. tiling.Split(rows, blocks: int.MaxValue / 2, processors: 1).Select(run => run.Tile).Take(1)
            .Concat(forms)
            .Where(tile => Fits(profile, tiling, tile) && !(pairs && tile.Columns % 2 != 0))
            .Distinct()];
    }

    private static bool Fits(DeviceProfile profile, MatmulTiling tiling, MatmulTile tile) =>
        tile.ColumnLanes % tiling.Lanes == 0
        && tile.Invocations <= profile.MaxWorkgroupInvocations
        && tile.SharedBytes <= profile.MaxSharedMemoryBytes
        && tile.Slices <= tiling.MostSegments
        && (tile.Path != MatmulPath.Broadcast || (profile.SubgroupShuffle && tile.ColumnLanes % profile.MaxSubgroupSize == 0));

    private static IEnumerable<MatmulTile> Software(MatmulTiling tiling)
    {
        if (tiling.Tiles[0].Tile.Path != MatmulPath.Texel)
        {
            return tiling.Tiles.Select(entry => entry.Tile);
        }

        return [.. tiling.Tiles.Select(entry => entry.Tile), .. from lanes in new[] { 8, 16 }
            from tile in new (int Rows, int Columns)[] { (1, 8), (1, 16), (2, 16), (4, 8), (4, 16), (8, 8), (12, 8), (16, 8) }
            select new MatmulTile(tile.Rows, tile.Columns, lanes, 1, MatmulPath.Texel)];
    }

    // Narrow columns and many slices fill the device when rows are few; wide ones share activations when they are many.
    private static IEnumerable<MatmulTile> Gpu(DeviceProfile profile, int rows)
    {
        int[] tileRows = rows switch { 1 => [1], 2 => [2], <= 4 => [4], <= 8 => [4, 8], _ => [8, 16] };
        (int Lanes, int Slices)[] groups = rows switch
        {
            <= 4 => [(8, 32), (8, 16), (8, 8), (16, 8), (32, 4)],
            <= 16 => [(8, 16), (16, 8), (32, 4), (64, 2)],
            _ => [(16, 8), (32, 4), (64, 2), (64, 1), (128, 1)],
        };
        int[] columns = rows <= 4 ? [1, 2, 4] : [2, 4, 8];
        return from height in tileRows
            from width in columns
            from size in groups
            from path in new[] { MatmulPath.Storage, MatmulPath.Broadcast }
            where height * width <= MostAccumulators && height * width >= Math.Min(rows, 16)
            where path == MatmulPath.Storage || (height > 2 && size.Lanes >= profile.MaxSubgroupSize)
            select new MatmulTile(height, width, size.Lanes, size.Slices, path);
    }
}
