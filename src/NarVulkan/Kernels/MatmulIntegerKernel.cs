using System.Numerics;
using NarVulkan.Quantization;
using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>
/// Products with 8-bit weights by integer dot products: <c>shaders/matmul_integer.comp</c>. <see cref="MatmulKernel"/> comes here for matrices
/// whose tiling says so, with every number of rows.
/// </summary>
internal sealed class MatmulIntegerKernel(VulkanDevice device)
{
    /// <summary>Blocks of activations that a slice rounds at a time, of which each row has one at least.</summary>
    private const int StagedBlocks = 8;

    internal static readonly ShaderDescription Shader = Describe<MatmulIntegerParameters>(
        "matmul_integer", null, Read, Read, ReadWrite, Read, Write, Write);

    /// <summary>Bytes of shared memory of a workgroup: activations in two bytes each with a scale for a block of them, and sums that slices exchange.</summary>
    public static int SharedBytes(MatmulTile tile) =>
        tile.SharedBytes + tile.Slices * Math.Max(StagedBlocks, tile.Rows) * (2 * Q8Blocks.Length + sizeof(float));

    /// <summary>y = epilogue(x W^T); <see cref="MatmulKernel"/> checks and explains the arguments.</summary>
    /// <param name="yColumns">Columns of y that are written.</param>
    /// <param name="tile">Reads storage buffers; has a power of two of rows, 8 at most.</param>
    public void Record(
        CommandRecorder recorder,
        PackedMatrix weights,
        DeviceBuffer x,
        uint xOffset,
        uint xStride,
        DeviceBuffer y,
        uint yOffset,
        uint yStride,
        int yColumns,
        int rows,
        uint epilogueBits,
        DeviceBuffer? bias,
        KvAppend? cache,
        MatmulTile tile)
    {
        var tiling = weights.Tiling;
        if (tile.Path != MatmulPath.Storage || tile.ColumnLanes % tiling.Lanes != 0 || tile.Rows > StagedBlocks || !int.IsPow2(tile.Rows))
        {
            throw new ArgumentException($"form {tile} does not go with integer dot products of weights packed for {tiling.Lanes} lanes", nameof(tile));
        }

        var (segmentChunks, segmentCount) = tiling.Segments(weights.ChunkCount, MatrixPacker.SegmentGranule(weights.Precision));
        tile = tile with { Slices = Math.Min(tile.Slices, (int)BitOperations.RoundUpToPowerOf2((uint)segmentCount)) };
        var blocksPerGroup = tiling.BlocksPerGroup(tile);
        var xRange = KernelBuffers.Range(device.Profile, x, xOffset, (ulong)(rows - 1) * xStride + (ulong)weights.ChunkCount * MatrixPacker.ChunkLength);
        var yRange = KernelBuffers.Range(device.Profile, y, yOffset, (ulong)(rows - 1) * yStride + (ulong)yColumns);
        // Panels write columns of the same rows, or of the cache: each its own part.
        recorder.BeginTogether();
        foreach (var panel in weights.Panels)
        {
            var parameters = new MatmulIntegerParameters
            {
                RowCount = (uint)rows,
                FirstColumn = (uint)panel.FirstColumn,
                ColumnCount = (uint)panel.ColumnCount,
                BlockCount = (uint)panel.BlockCount,
                ChunkCount = (uint)weights.ChunkCount,
                SegmentChunks = (uint)segmentChunks,
                SegmentCount = (uint)segmentCount,
                Depth = (uint)weights.Depth,
                XOffset = (uint)(xOffset - xRange.Offset / sizeof(float)),
                XStride = xStride,
                YOffset = (uint)(yOffset - yRange.Offset / sizeof(float)),
                YStride = yStride,
                FirstRow = 0,
                RowsPerSequence = (uint)(cache?.RowsPerSequence ?? 0),
                SequenceStride = (uint)(cache?.SequenceStride ?? 0),
                Heads = (uint)(cache?.Heads ?? 0),
                HeadSize = (uint)(cache?.HeadSize ?? 0),
                Capacity = (uint)(cache?.Capacity ?? 0),
                FirstSlot = (uint)(cache?.FirstSlot ?? 0),
            };
            recorder.Dispatch(
                device.Pipelines.Get(
                    Shader, [epilogueBits, (uint)tile.ColumnLanes, (uint)tile.Slices, (uint)tiling.Lanes, (uint)tile.Rows, (uint)tile.Columns]),
                // What an epilogue does not use must hold something that every device can bind.
                [
                    new(panel.Buffer), xRange, yRange, new(bias ?? cache?.Angles ?? panel.Buffer),
                    cache is null ? yRange : new(cache.Keys), cache is null ? yRange : new(cache.Values),
                ],
                parameters,
                (uint)((panel.BlockCount + blocksPerGroup - 1) / blocksPerGroup),
                (uint)((rows + tile.Rows - 1) / tile.Rows),
                work: (double)rows * panel.BlockCount * tiling.Lanes * weights.Depth);
        }

        recorder.EndTogether();
    }
}
