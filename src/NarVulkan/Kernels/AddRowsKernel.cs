using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Adds or sets rows that every sequence shares: <c>shaders/add_rows.comp</c>.</summary>
internal sealed class AddRowsKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<AddRowsParameters>("add_rows", null, Read, ReadWrite);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>
    /// y[q * rowsPerSequence + firstRow + i] (+)= table[tableFirstRow + i % tableRows] for i below
    /// <paramref name="rows"/>.
    /// </summary>
    /// <param name="table">[.., width], float32.</param>
    /// <param name="y">[sequences * rowsPerSequence, width], float32.</param>
    /// <param name="add">true: adds; false: sets.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer table, int tableFirstRow, int tableRows, DeviceBuffer y,
        int sequences, int rowsPerSequence, int firstRow, int rows, int width, bool add)
    {
        var parameters = new AddRowsParameters
        {
            Width = (uint)width,
            RowsPerSequence = (uint)rowsPerSequence,
            FirstRow = (uint)firstRow,
            TableFirstRow = (uint)tableFirstRow,
            TableRows = (uint)tableRows,
            Add = add ? 1u : 0u,
        };
        recorder.Dispatch(
            _pipeline, [new(table), new(y)], parameters,
            ElementGroups(width), (uint)rows, (uint)sequences, work: (double)width * rows * sequences);
    }
}
