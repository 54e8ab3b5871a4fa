using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Embedding gather: <c>shaders/embed_tokens.comp</c>, one variant per precision of the table.</summary>
internal sealed class EmbedTokensKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Float32Shader = DescribeVariant("float32");
    internal static readonly ShaderDescription Float16Shader = DescribeVariant("float16");
    internal static readonly ShaderDescription BFloat16Shader = DescribeVariant("bfloat16");

    /// <summary>
    /// output[q * rowsPerSequence + firstRow + i] = table[ids of (q, i)] + position embedding of i for i below rowCount; a row of zeros
    /// where the id is outside the table.
    /// </summary>
    /// <param name="output">[sequences * rowsPerSequence, table.Width]; rows that are not gathered stay as they are.</param>
    public void Record(
        CommandRecorder recorder, EmbeddingTable table, TokenIds ids, PositionIds? positions, DeviceBuffer output,
        int sequences, int rowsPerSequence, int firstRow, int rowCount)
    {
        var pipeline = device.Pipelines.Get(ShaderFor(table.Precision), []);
        var parameters = new EmbedTokensParameters
        {
            Width = (uint)table.Width,
            RowsPerSequence = (uint)rowsPerSequence,
            FirstRow = (uint)firstRow,
            IdsOffset = (uint)ids.Offset,
            IdsStride = (uint)ids.Stride,
            IdsDivisor = (uint)ids.Divisor,
            TableRows = (uint)table.Rows,
        };
        if (positions is { } present)
        {
            parameters.AddPositions = 1;
            parameters.PositionRows = (uint)present.Rows;
            parameters.PositionsOffset = (uint)present.Offset;
        }

        foreach (var part in table.Parts)
        {
            parameters.PartFirstRow = (uint)part.FirstRow;
            parameters.PartRows = (uint)part.Rows;

            // Bindings must hold some buffer even where the shader does not read them.
            recorder.Dispatch(
                pipeline,
                [new(part.Buffer), new(ids.Buffer), new(positions?.Embedding ?? part.Buffer), new(positions?.Positions ?? ids.Buffer), new(output)],
                parameters,
                ElementGroups(table.Width / 2),
                (uint)rowCount,
                (uint)sequences,
                work: (double)table.Width * rowCount * sequences);
        }
    }

    private static ShaderDescription DescribeVariant(string variant) =>
        Describe<EmbedTokensParameters>("embed_tokens", variant, Read, Read, Read, Read, Write);

    private static ShaderDescription ShaderFor(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float32 => Float32Shader,
        WeightPrecision.Float16 => Float16Shader,
        WeightPrecision.BFloat16 => BFloat16Shader,
        _ => throw new InvalidOperationException($"no embedding table is stored as {precision}"),
    };
}
