using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>RMSNorm of rows: <c>shaders/rms_norm.comp</c>. A row's result does not depend on the other rows.</summary>
internal sealed class RmsNormKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<RmsNormParameters>("rms_norm", null, Read, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>y[r] = RMSNorm(x[r]) * weight for all rows of a dense [rows, width].</summary>
    public void Record(
        CommandRecorder recorder, DeviceBuffer x, DeviceBuffer weight, DeviceBuffer y, int rows, int width, float epsilon) =>
        Record(recorder, x, weight, y, RowSlice.All(rows), width, epsilon);

    /// <summary>The same for a slice of every sequence's rows.</summary>
    public void Record(
        CommandRecorder recorder, DeviceBuffer x, DeviceBuffer weight, DeviceBuffer y, RowSlice rows, int width, float epsilon)
    {
        var parameters = new RmsNormParameters
        {
            Width = (uint)width,
            RowsPerSequence = (uint)rows.RowsPerSequence,
            XRowsPerSequence = (uint)rows.XRowsPerSequence,
            XFirstRow = (uint)rows.XFirstRow,
            Epsilon = epsilon,
        };
        var work = 3.0 * rows.Sequences * rows.RowsPerSequence * width;
        recorder.Dispatch(
            _pipeline, [new(x), new(weight), new(y)], parameters, (uint)rows.RowsPerSequence, (uint)rows.Sequences, work: work);
    }
}
