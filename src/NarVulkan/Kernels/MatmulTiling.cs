using System.Numerics;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// How products are laid out on a device: how weights are packed, where sums along K are cut, which is the numerics, and the
/// forms that serve where nothing was tuned.
/// </summary>
/// <param name="Lanes">Packed weight rows that lie side by side: the invocations that read together.</param>
/// <param name="MostSegments">Segments of K that a sum may have; a power of two.</param>
/// <param name="Tiles">Forms by ascending rows, and what each costs one processor for a packed block and a chunk of K, in ns, for <see cref="Split"/>.</param>
internal sealed record MatmulTiling(int Lanes, int MostSegments, (MatmulTile Tile, double Cost)[] Tiles)
{
    /// <summary>
    /// Its kernel is <see cref="MatmulIntegerKernel"/>, which rounds activations: another result than that of the other tilings, so that it is never a
    /// tuner's to choose.
    /// </summary>
    public bool Integer { get; init; }

    // A sum of fewer terms has no segment of its own: sums are exchanged at the end of each.
    private const int LeastSegmentChunks = 8;

    // Nanoseconds of one more dispatch on a software driver: its workers are woken, and wait for the last one.
    private const double DispatchCost = 25_000;

    /// <summary>
    /// Mesa's llvmpipe: eight lanes are a vector of AVX, and there is nothing to be won by slices. Costs are those of float16
    /// weights, from the ladder in matmul_tiled.comp; what counts is how they compare, which is alike for float32 weights and for Mesa 22.3 and 25.0.
    /// </summary>
    public static readonly MatmulTiling Software = new(8, 1,
    [
        (new(1, 8, 8, 1, MatmulPath.Texel), 22),
        (new(2, 8, 8, 1, MatmulPath.Texel), 25.6),
        (new(4, 8, 8, 1, MatmulPath.Texel), 34),
        (new(8, 8, 8, 1, MatmulPath.Texel), 44),
        (new(16, 8, 8, 1, MatmulPath.Texel), 77),
    ]);

    /// <summary>
    /// Software without large texel buffers, which is to say SwiftShader: its compiler unrolls nothing and keeps arrays whose size
    /// is specialised in memory, so that tiles are fixed in the shader.
    /// </summary>
    public static readonly MatmulTiling FixedSoftware = new(8, 1,
    [
        (new(1, 8, 8, 1, MatmulPath.Fixed1x8), 375),
        (new(4, 8, 8, 1, MatmulPath.Fixed4x8), 625),
        (new(8, 8, 8, 1, MatmulPath.Fixed8x8), 1000),
    ]);

    /// <summary>
    /// Not measured: no GPU was at hand. The reasons are in the ladder of matmul_tiled.comp; the tuner replaces the choice.
    /// </summary>
    public static readonly MatmulTiling Gpu = new(8, 32,
    [
        (new(1, 2, 8, 16, MatmulPath.Storage), 1),
        (new(2, 2, 8, 16, MatmulPath.Storage), 1),
        (new(4, 2, 8, 16, MatmulPath.Storage), 1),
        (new(8, 4, 32, 4, MatmulPath.Storage), 1),
    ]);

    /// <summary>
    /// Subgroups of up to 64 lanes: the widest groups that share a slice, and with it what the subgroup reads of x. On RDNA
    /// the tile of 8 rows takes 88 vector registers so, and 128 where every lane loads all of x.
    /// </summary>
    public static readonly MatmulTiling WideGpu = Gpu with
    {
        Tiles = [.. Gpu.Tiles.Where(entry => entry.Tile.Rows < 8), (new(8, 4, 64, 2, MatmulPath.Broadcast), 1)],
    };

    /// <summary>
    /// 8-bit weights by integer dot products. Not measured either: fewer and longer segments, since the lanes of a slice round a segment's activations
    /// together; all of it within 16 KiB of shared memory.
    /// </summary>
    public static readonly MatmulTiling GpuInteger = new(8, 16,
    [
        (new(1, 2, 8, 16, MatmulPath.Storage), 1),
        (new(2, 2, 8, 16, MatmulPath.Storage), 1),
        (new(4, 2, 8, 16, MatmulPath.Storage), 1),
        (new(8, 2, 16, 8, MatmulPath.Storage), 1),
    ])
    {
        Integer = true,
    };

    // An image has many pixels, so one tile serves; the ladder is in conv_tiled.comp.
    public static readonly MatmulTiling SoftwareConvolution = new(8, 1, [(new(16, 4, 8, 1, MatmulPath.Texel), 1)]);

    // Where arrays of a specialised size stay in memory.
    public static readonly MatmulTiling FixedSoftwareConvolution = new(8, 1, [(new(8, 8, 8, 1, MatmulPath.Fixed8x8), 1)]);

    // Not tuned: many pixels need no slices of K. 32 invocations share the loads of 8 pixels.
    public static readonly MatmulTiling GpuConvolution = new(16, 1, [(new(8, 4, 32, 1, MatmulPath.Storage), 1)]);

    /// <summary>Panels end on multiples of this many blocks where they can, so that no workgroup is partly idle.</summary>
    public int PreferredPanelBlocks => Tiles.Max(entry => BlocksPerGroup(entry.Tile));

    public static MatmulTiling For(DeviceProfile profile) =>
        profile.IsSoftware ? profile.WeightLoadPath == LoadPath.Texel ? Software : FixedSoftware
        : profile is { SubgroupShuffle: true, MaxSubgroupSize: 64 } ? WideGpu : Gpu;

    /// <summary>The tiling of matrices whose activations may be rounded: that of integer dot products, where they are used and the weights are such.</summary>
    public static MatmulTiling For(DeviceProfile profile, WeightPrecision precision) =>
        precision == WeightPrecision.Q8 && profile.IntegerDotProducts ? GpuInteger : For(profile);

    public static MatmulTiling ForConvolution(DeviceProfile profile) =>
        !profile.IsSoftware ? GpuConvolution : profile.WeightLoadPath == LoadPath.Texel ? SoftwareConvolution : FixedSoftwareConvolution;

    /// <summary>Packed blocks that a workgroup covers with a tile.</summary>
    public int BlocksPerGroup(MatmulTile tile) => tile.ColumnLanes / Lanes * tile.Columns;

    /// <summary>
    /// How a sum over so many chunks is cut: into segments of so many chunks, the last one of what is left. Each is a chain of
    /// fused multiply-adds, and segments are added in order. It depends on nothing but this tiling and the depth, so that
    /// forms are free to give segments to slices as they like.
    /// </summary>
    /// <param name="chunkCount">Chunks along K.</param>
    /// <param name="granule">Segments begin at multiples of so many chunks: <see cref="MatrixPacker.SegmentGranule"/>.</param>
    public (int Chunks, int Count) Segments(int chunkCount, int granule = 1)
    {
        var most = Math.Clamp(chunkCount / LeastSegmentChunks, 1, MostSegments);
        var wanted = 1 << BitOperations.Log2((uint)most);
        var chunks = (chunkCount + wanted * granule - 1) / (wanted * granule) * granule;
        return (chunks, (chunkCount + chunks - 1) / chunks);
    }

    /// <summary>The form for all rows at once, where a dispatch costs more than idle rows: the smallest tile that holds them, or the last.</summary>
    public MatmulTile Whole(int rows)
    {
        foreach (var (tile, _) in Tiles)
        {
            if (tile.Rows >= rows)
            {
                return tile;
            }
        }

        return Tiles[^1].Tile;
    }

    /// <summary>
    /// Cuts rows into runs of one form each: as many whole tiles of one form as there are and the rest in another one, or all of
    /// them in one form whose last tile is partly idle, whatever costs least on so many processors.
    /// </summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="blocks">Packed blocks of the panel.</param>
    /// <param name="chunks">Chunks along K.</param>
    /// <param name="processors">Of the machine: workgroups are handed out evenly.</param>
    public IReadOnlyList<MatmulRun> Split(int rows, int blocks, int chunks, int processors)
    {
        IReadOnlyList<MatmulRun> best = [];
        var least = double.MaxValue;
        foreach (var (main, _) in Tiles)
        {
            var rest = rows % main.Rows;
            Consider([new(0, rows, main)]);
            foreach (var (tile, _) in Tiles.Where(entry => rest > 0 && rows > rest && entry.Tile.Rows < main.Rows && entry.Tile.Rows >= rest))
            {
                Consider([new(0, rows - rest, main), new(rows - rest, rest, tile)]);
            }
        }

        return best;

        void Consider(MatmulRun[] runs)
        {
            var cost = runs.Sum(run => DispatchCost + chunks * Cost(run, blocks, processors));
            // The larger tile among equals.
            if (cost <= least)
            {
                (best, least) = (runs, cost);
            }
        }
    }

    private double Cost(MatmulRun run, int blocks, int processors)
    {
        var blocksPerGroup = BlocksPerGroup(run.Tile);
        var groups = (long)((blocks + blocksPerGroup - 1) / blocksPerGroup) * ((run.Count + run.Tile.Rows - 1) / run.Tile.Rows);
        var cost = Tiles.First(entry => entry.Tile == run.Tile).Cost * blocksPerGroup;
        return (groups + processors - 1) / processors * cost;
    }
}
