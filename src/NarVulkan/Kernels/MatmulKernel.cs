using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// Products of few to many rows with packed weights: <c>shaders/matmul_tiled.comp</c>, or <see cref="MatmulCooperativeKernel"/> or
/// <see cref="MatmulIntegerKernel"/> for matrices that are packed for them. A row's result is the same, bit for bit, whatever the number of rows in the product
/// and whatever form of the kernel computes it.
/// </summary>
internal sealed class MatmulKernel(VulkanDevice device)
{
    private const uint AddBit = 1;
    private const uint BiasBit = 2;
    private const uint GeluBit = 4;
    private const uint SwiGluBit = 8;
    private const uint GeluTanhBit = 16;
    private const uint CacheBit = 32;
    private const uint RotateBit = 64;
    private const uint GeGluTanhBit = 128;

    private readonly MatmulCooperativeKernel _cooperative = new(device);

    private readonly MatmulIntegerKernel _integer = new(device);

    // A generation asks for the same few again and again, twice with the rehearsal.
    private readonly ConcurrentDictionary<(MatmulTiling Tiling, int Rows, int Blocks, int Chunks), IReadOnlyList<MatmulRun>> _splits = new();

    /// <summary>What the tuner chose; empty: the tiling of the weights decides. Results do not depend on it.</summary>
    public MatmulChoices Choices { get; set; } = MatmulChoices.None;

    /// <summary>The shader of a weight precision and path.</summary>
    public static ShaderDescription Shader(WeightPrecision precision, MatmulPath path)
    {
        var type = precision switch
        {
            WeightPrecision.Float32 => "f32",
            WeightPrecision.Float16 => "f16",
            WeightPrecision.BFloat16 => "bf16",
            _ => "q8",
        };
        var read = new BindingDeclaration(path == MatmulPath.Texel ? BindingAccess.UniformTexel : BindingAccess.StorageRead);
        return new ShaderDescription(
            "matmul_tiled",
            $"{type}-{path.ToString().ToLowerInvariant()}",
            [read, read, new(BindingAccess.StorageReadWrite), new(BindingAccess.StorageRead), new(BindingAccess.StorageWrite), new(BindingAccess.StorageWrite)],
            (uint)Unsafe.SizeOf<MatmulTiledParameters>());
    }

    /// <summary>
    /// y = epilogue(x W^T). Offsets and strides are in floats; those of x are multiples of 4. Columns of x between K and
    /// the next multiple of 8 are read and must be finite. y must not overlap x.
    /// </summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="weights">W, [N, K].</param>
    /// <param name="x">Float32 [rows, K] from <paramref name="xOffset"/> on, rows <paramref name="xStride"/> apart.</param>
    /// <param name="y">Float32 [rows, N] from <paramref name="yOffset"/> on, rows <paramref name="yStride"/> apart.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="epilogue">What becomes of the result.</param>
    /// <param name="bias">Float32 [N], for the epilogues that add one.</param>
    /// <param name="cache">Where keys and values go, for <see cref="MatmulEpilogue.QueryKeyValue"/>; y gets the queries, rows of its width.</param>
    /// <param name="form">For the tuner and for tests; null: what was tuned, or else the tiling's own.</param>
    public void Record(
        CommandRecorder recorder,
        PackedMatrix weights,
        DeviceBuffer x,
        uint xOffset,
        uint xStride,
        DeviceBuffer y,
        uint yOffset,
        uint yStride,
        int rows,
        MatmulEpilogue epilogue,
        DeviceBuffer? bias = null,
        KvAppend? cache = null,
        MatmulTile? form = null)
    {
        var bits = EpilogueBits(epilogue) | (cache?.Angles is null ? 0 : RotateBit);
        var yColumns = cache?.Width ?? weights.Columns;
        Check(weights, xOffset, xStride, yStride, yColumns, rows, epilogue, bias, bits);
        CheckCache(weights, yOffset, yStride, rows, epilogue, cache);
        if (weights.Cooperative is not null)
        {
            _cooperative.Record(recorder, weights, x, xOffset, xStride, y, yOffset, yStride, yColumns, rows, bits, bias, cache);
            return;
        }

        var tiling = weights.Tiling;
        if (tiling.Integer)
        {
            var tile = form ?? Choices.Find(MatmulShape.Of(weights), rows) ?? tiling.Whole(rows);
            _integer.Record(recorder, weights, x, xOffset, xStride, y, yOffset, yStride, yColumns, rows, bits, bias, cache, tile);
            return;
        }

        var (segmentChunks, segmentCount) = tiling.Segments(weights.ChunkCount, MatrixPacker.SegmentGranule(weights.Precision));
        // Panels write columns of the same rows, and runs of rows all write the cache: each its own part.
        recorder.BeginTogether();
        foreach (var panel in weights.Panels)
        {
            foreach (var (first, count, chosen) in Runs(weights, panel, rows, form))
            {
                var tile = Fit(chosen, tiling, panel, x, segmentCount);
                var texel = tile.Path == MatmulPath.Texel;
                var xStart = xOffset + (ulong)first * xStride;
                var yStart = yOffset + (ulong)first * yStride;
                var xRange = texel
                    ? new BufferBinding(x, TexelFormat: Format.R32G32B32A32Sfloat)
                    : Range(x, xStart, (ulong)(count - 1) * xStride + (ulong)weights.ChunkCount * MatrixPacker.ChunkLength);
                var yRange = Range(y, yStart, (ulong)(count - 1) * yStride + (ulong)yColumns);
                var parameters = new MatmulTiledParameters
                {
                    RowCount = (uint)count,
                    FirstColumn = (uint)panel.FirstColumn,
                    ColumnCount = (uint)panel.ColumnCount,
                    BlockCount = (uint)panel.BlockCount,
                    ChunkCount = (uint)weights.ChunkCount,
                    SegmentChunks = (uint)segmentChunks,
                    SegmentCount = (uint)segmentCount,
                    XOffset = (uint)(xStart - xRange.Offset / sizeof(float)),
                    XStride = xStride,
                    YOffset = (uint)(yStart - yRange.Offset / sizeof(float)),
                    YStride = yStride,
                    FirstRow = (uint)first,
                    RowsPerSequence = (uint)(cache?.RowsPerSequence ?? 0),
                    SequenceStride = (uint)(cache?.SequenceStride ?? 0),
                    Heads = (uint)(cache?.Heads ?? 0),
                    HeadSize = (uint)(cache?.HeadSize ?? 0),
                    Capacity = (uint)(cache?.Capacity ?? 0),
                    FirstSlot = (uint)(cache?.FirstSlot ?? 0),
                };
                var weightFormat = texel ? Format.R32G32B32A32Uint : default;
                var blocksPerGroup = tiling.BlocksPerGroup(tile);
                recorder.Dispatch(
                    Pipeline(weights, tile, bits),
                    // What an epilogue does not use must hold something that every device can bind.
                    [
                        new(panel.Buffer, TexelFormat: weightFormat), xRange, yRange, new(bias ?? cache?.Angles ?? panel.Buffer),
                        cache is null ? yRange : new(cache.Keys), cache is null ? yRange : new(cache.Values),
                    ],
                    parameters,
                    (uint)((panel.BlockCount + blocksPerGroup - 1) / blocksPerGroup),
                    (uint)((count + tile.Rows - 1) / tile.Rows),
                    work: (double)count * panel.BlockCount * tiling.Lanes * weights.Depth);
            }
        }

        recorder.EndTogether();
    }

    private static void Check(
        PackedMatrix weights, uint xOffset, uint xStride, uint yStride, int yColumns, int rows, MatmulEpilogue epilogue, DeviceBuffer? bias, uint bits)
    {
        if (rows < 1 || xOffset % 4 != 0 || xStride % 4 != 0 || xStride < weights.Depth || yStride < yColumns)
        {
            throw new ArgumentException(
                $"product with '{weights.Role}' [{weights.Columns}, {weights.Depth}] cannot run over {rows} rows with x at {xOffset} + {xStride} and y stride {yStride}",
                nameof(rows));
        }

        if (weights.Layout != LayoutFor(epilogue))
        {
            throw new ArgumentException($"'{weights.Role}' is packed as {weights.Layout}, which does not go with {epilogue}", nameof(epilogue));
        }

        if (((bits & BiasBit) != 0) != (bias is not null))
        {
            throw new ArgumentException($"epilogue {epilogue} of '{weights.Role}' {(bias is null ? "needs a" : "takes no")} bias", nameof(bias));
        }
    }

    private static void CheckCache(PackedMatrix weights, uint yOffset, uint yStride, int rows, MatmulEpilogue epilogue, KvAppend? cache)
    {
        if ((epilogue == MatmulEpilogue.QueryKeyValue) != (cache is not null))
        {
            throw new ArgumentException($"epilogue {epilogue} of '{weights.Role}' {(cache is null ? "needs a" : "takes no")} cache", nameof(cache));
        }

        if (cache is not null
            && (2 * weights.Columns != 3 * cache.Width || cache.HeadSize % 2 != 0 || rows % cache.RowsPerSequence != 0 || (yOffset | yStride) % 2 != 0))
        {
            throw new ArgumentException(
                $"'{weights.Role}' of {weights.Columns} pairs over {rows} rows at {yOffset} + {yStride} does not go with {cache.Heads} heads of {cache.HeadSize} and {cache.RowsPerSequence} rows a sequence",
                nameof(cache));
        }
    }

    private static MatrixLayout LayoutFor(MatmulEpilogue epilogue) => epilogue switch
    {
        MatmulEpilogue.SwiGlu or MatmulEpilogue.GeGluTanh => MatrixLayout.GateUp,
        MatmulEpilogue.QueryKeyValue => MatrixLayout.Pairs,
        _ => MatrixLayout.Plain,
    };

    internal static uint EpilogueBits(MatmulEpilogue epilogue) => epilogue switch
    {
        MatmulEpilogue.Store => 0,
        MatmulEpilogue.StoreBias => BiasBit,
        MatmulEpilogue.StoreBiasGelu => BiasBit | GeluBit,
        MatmulEpilogue.StoreGeluTanh => GeluTanhBit,
        MatmulEpilogue.AddTo => AddBit,
        MatmulEpilogue.AddToBias => AddBit | BiasBit,
        MatmulEpilogue.SwiGlu => SwiGluBit,
        MatmulEpilogue.GeGluTanh => GeGluTanhBit,
        MatmulEpilogue.QueryKeyValue => CacheBit,
        _ => throw new ArgumentOutOfRangeException(nameof(epilogue), epilogue, "no such epilogue"),
    };

    private IReadOnlyList<MatmulRun> Runs(PackedMatrix weights, MatrixPanel panel, int rows, MatmulTile? form)
    {
        form ??= Choices.Find(MatmulShape.Of(weights), rows);
        return form is null && device.Profile.IsSoftware
            ? _splits.GetOrAdd(
                (weights.Tiling, rows, panel.BlockCount, weights.ChunkCount),
                key => key.Tiling.Split(key.Rows, key.Blocks, key.Chunks, Environment.ProcessorCount))
            : [new MatmulRun(0, rows, form ?? weights.Tiling.Whole(rows))];
    }

    /// <summary>The form as this product can run it: texels where both operands can be seen so, no more slices than there are segments.</summary>
    private MatmulTile Fit(MatmulTile tile, MatmulTiling tiling, MatrixPanel panel, DeviceBuffer x, int segmentCount)
    {
        if (tile.ColumnLanes % tiling.Lanes != 0 || (!tile.CutsSums && (segmentCount > 1 || tile.Slices > 1)))
        {
            throw new ArgumentException($"form {tile} does not go with weights packed for {tiling.Lanes} lanes and sums of {segmentCount} segments", nameof(tile));
        }

        if (tile.Path == MatmulPath.Texel)
        {
            var texel = device.Profile is { WeightLoadPath: LoadPath.Texel, SubgroupShuffle: true }
                && device.Profile.ActivationLoadPath == LoadPath.Texel
                && x.Use == BufferUse.Texel
                && x.FitsTexelView(Format.R32G32B32A32Sfloat)
                && panel.Buffer.FitsTexelView(Format.R32G32B32A32Uint);
            return texel ? tile : tile with { Path = MatmulPath.Storage };
        }

        var slices = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(tile.Slices, segmentCount));
        return tile with { Slices = Math.Min(tile.Slices, slices) };
    }

    private ComputePipeline Pipeline(PackedMatrix weights, MatmulTile tile, uint epilogueBits)
    {
        // Lanes that pass activations on to each other: those of a subgroup, or the whole workgroup where that is less.
        var sharing = Math.Min((int)device.Profile.MinSubgroupSize, tile.ColumnLanes);
        return device.Pipelines.Get(
            Shader(weights.Precision, tile.Path),
            [
                epilogueBits,
                (uint)tile.ColumnLanes, (uint)tile.Slices, (uint)weights.Tiling.Lanes, (uint)tile.Rows, (uint)tile.Columns,
                .. tile.Path is MatmulPath.Texel or MatmulPath.Broadcast ? [(uint)sharing] : Array.Empty<uint>(),
            ]);
    }

    private BufferBinding Range(DeviceBuffer buffer, ulong firstFloat, ulong floats) => KernelBuffers.Range(device.Profile, buffer, firstFloat, floats);
}
