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
            IdsStride = (uint)ids.Stride,
            IdsDivisor = (uint)ids.Divisor,
            TableRows = (uint)table.Rows,
        };
        if (positions is { } present)
        {
            parameters.AddPositions = 1;
            parameters.PositionRows = (uint)present.Rows;
        }

        foreach (var part in table.Parts)
        {
            parameters.PartFirstRow = (uint)part.FirstRow;
            parameters.PartRows = (uint)part.Rows;

            // A row is a row of workgroups, of which devices take no more than some number at a time.
            int most = (int)Math.Min(device.Profile.MaxWorkgroupCountY, int.MaxValue);
            for (int done = 0; done < rowCount; done += most)
            {
                int count = Math.Min(most, rowCount - done);
                parameters.FirstRow = (uint)(firstRow + done);
                parameters.IdsOffset = (uint)(ids.Offset + done);
                parameters.PositionsOffset = (uint)((positions?.Offset ?? 0) + done);

                // Bindings must hold some buffer even where the shader does not read them.
                recorder.Dispatch(
                    pipeline,
                    [new(part.Buffer), new(ids.Buffer), new(positions?.Embedding ?? part.Buffer), new(positions?.Positions ?? ids.Buffer), new(output)],
                    parameters,
                    ElementGroups(table.Width / 2),
                    (uint)count,
                    (uint)sequences,
                    work: (double)table.Width * count * sequences);
            }
        }
    }

    private static ShaderDescription DescribeVariant(string variant) =>
        Describe<EmbedTokensParameters>("embed_tokens", variant, Read, Read, Read, Read, Write);

    private static ShaderDescription ShaderFor(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float32 => Float32Shader,
        WeightPrecision.Float16 => Float16Shader,
        WeightPrecision.BFloat16 => BFloat16Shader,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "no embedding table is stored so"),
    };
}
