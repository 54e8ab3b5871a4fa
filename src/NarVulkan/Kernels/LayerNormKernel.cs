using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>LayerNorm of rows: <c>shaders/layer_norm.comp</c>. A row's result does not depend on the other rows.</summary>
internal sealed class LayerNormKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<LayerNormParameters>("layer_norm", null, Read, Read, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>y[r] = LayerNorm(x[r]) * weight + bias for all rows of a dense [rows, width].</summary>
    public void Record(
        CommandRecorder recorder, DeviceBuffer x, DeviceBuffer weight, DeviceBuffer bias, DeviceBuffer y,
        int rows, int width, float epsilon) =>
        Record(recorder, x, weight, bias, y, RowSlice.All(rows), width, epsilon);

    /// <summary>The same for a slice of every sequence's rows.</summary>
    public void Record(
        CommandRecorder recorder, DeviceBuffer x, DeviceBuffer weight, DeviceBuffer bias, DeviceBuffer y,
        RowSlice rows, int width, float epsilon)
    {
        var parameters = new LayerNormParameters
        {
            Width = (uint)width,
            RowsPerSequence = (uint)rows.RowsPerSequence,
            XRowsPerSequence = (uint)rows.XRowsPerSequence,
            XFirstRow = (uint)rows.XFirstRow,
            Epsilon = epsilon,
        };
        var work = 4.0 * rows.Sequences * rows.RowsPerSequence * width;
        recorder.Dispatch(
            _pipeline, [new(x), new(weight), new(bias), new(y)], parameters,
            (uint)rows.RowsPerSequence, (uint)rows.Sequences, work: work);
    }
}
