using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>
/// Products on cooperative matrices: <c>shaders/matmul_cooperative.comp</c>. <see cref="MatmulKernel"/> comes here for
/// matrices that were packed for it, with every number of rows.
/// </summary>
internal sealed class MatmulCooperativeKernel(VulkanDevice device)
{
    /// <summary>The shader of a weight precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Weights of this precision go another way.</exception>
    internal static ShaderDescription Shader(WeightPrecision precision) => Describe<MatmulCooperativeParameters>(
        "matmul_cooperative",
        precision switch
        {
            WeightPrecision.Float16 => "f16",
            WeightPrecision.Q8 => "q8",
            _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not on cooperative matrices"),
        },
        Read, Read, ReadWrite, Read, Write, Write);

    /// <summary>y = epilogue(x W^T); <see cref="MatmulKernel"/> checks and explains the arguments.</summary>
    /// <param name="yColumns">Columns of y that are written.</param>
    /// <param name="tile">Null: chosen for the number of rows.</param>
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
        CooperativeTile? tile = null)
    {
        var tiling = weights.Cooperative ?? throw new ArgumentException($"'{weights.Role}' is not packed for cooperative matrices", nameof(weights));
        var (chunks, sliceChunks) = tiling.Slice(weights.ChunkCount);
        var depth = (weights.Depth + MatrixPacker.ChunkLength - 1) / MatrixPacker.ChunkLength * MatrixPacker.ChunkLength;
        var xRange = KernelBuffers.Range(device.Profile, x, xOffset, (ulong)(rows - 1) * xStride + (ulong)depth);
        var yRange = KernelBuffers.Range(device.Profile, y, yOffset, (ulong)(rows - 1) * yStride + (ulong)yColumns);
        // Panels write columns of the same rows, or of the cache: each its own part.
        recorder.BeginTogether();
        foreach (var panel in weights.Panels)
        {
            var form = tile ?? tiling.Choose(rows, panel.BlockCount);
            var parameters = new MatmulCooperativeParameters
            {
                RowCount = (uint)rows,
                FirstColumn = (uint)panel.FirstColumn,
                ColumnCount = (uint)panel.ColumnCount,
                BlockCount = (uint)panel.BlockCount,
                ChunkCount = (uint)chunks,
                SliceChunks = (uint)sliceChunks,
                Depth = (uint)depth,
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
                Pipeline(tiling, form, epilogueBits),
                // What an epilogue does not use must hold something that every device can bind.
                [
                    new(panel.Buffer), xRange, yRange, new(bias ?? cache?.Angles ?? panel.Buffer),
                    cache is null ? yRange : new(cache.Keys), cache is null ? yRange : new(cache.Values),
                ],
                parameters,
                (uint)((panel.BlockCount + form.Blocks - 1) / form.Blocks),
                (uint)((rows + form.Rows(tiling.Shape) - 1) / form.Rows(tiling.Shape)),
                work: (double)rows * panel.BlockCount * tiling.Shape.Columns * weights.Depth);
        }

        recorder.EndTogether();
    }

    private ComputePipeline Pipeline(CooperativeTiling tiling, CooperativeTile tile, uint epilogueBits)
    {
        var shape = tiling.Shape;
        return device.Pipelines.Get(
            Shader(tiling.Precision),
            [
                epilogueBits,
                (uint)(tile.Subgroups * shape.SubgroupSize), (uint)shape.SubgroupSize,
                (uint)shape.Rows, (uint)shape.Columns, (uint)shape.Depth,
                (uint)tile.RowTiles, (uint)tile.ColumnTiles, (uint)tile.StepTiles, (uint)tile.RowSubgroups, (uint)tile.ColumnSubgroups,
                (uint)tiling.Parts,
            ],
            (uint)shape.SubgroupSize);
    }
}
