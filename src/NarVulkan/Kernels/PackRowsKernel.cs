using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Packs activations as the weights of a product: <c>shaders/pack_rows.comp</c>.</summary>
internal sealed class PackRowsKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<PackRowsParameters>("pack_rows", null, Read, Write);

    private const int UnitLanes = 64;

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>matrix[n, k] = x[xOffset + n * rowStride + k * columnStride] for every element of <paramref name="matrix"/>; all in floats.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="x">Float32.</param>
    /// <param name="xOffset">Where the first element lies.</param>
    /// <param name="rowStride">From one row of the matrix to the next.</param>
    /// <param name="columnStride">From one column of the matrix to the next.</param>
    /// <param name="matrix">From <see cref="PackedMatrix.Allocate"/>.</param>
    public void Record(CommandRecorder recorder, DeviceBuffer x, uint xOffset, uint rowStride, uint columnStride, PackedMatrix matrix)
    {
        if (matrix.Precision != WeightPrecision.Float32 || matrix.Layout != MatrixLayout.Plain)
        {
            throw new ArgumentException($"'{matrix.Role}' holds {matrix.Precision} as {matrix.Layout}; activations are packed as plain float32", nameof(matrix));
        }

        var lanes = matrix.Tiling.Lanes;
        var blockUnits = matrix.ChunkCount * 2 * lanes;
        foreach (var panel in matrix.Panels)
        {
            var parameters = new PackRowsParameters
            {
                Rows = (uint)matrix.Columns,
                Depth = (uint)matrix.Depth,
                Lanes = (uint)lanes,
                FirstRow = (uint)panel.FirstColumn,
                XOffset = xOffset,
                XRowStride = rowStride,
                XColumnStride = columnStride,
            };
            recorder.Dispatch(
                _pipeline, [new(x), new(panel.Buffer)], parameters,
                (uint)((blockUnits + UnitLanes - 1) / UnitLanes), (uint)panel.BlockCount, work: 8.0 * panel.BlockCount * blockUnits);
        }
    }
}
