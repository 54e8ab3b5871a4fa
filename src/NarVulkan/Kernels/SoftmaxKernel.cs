using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Softmax of rows, in place: <c>shaders/softmax.comp</c>. A row's result does not depend on the other rows.</summary>
internal sealed class SoftmaxKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<SoftmaxParameters>("softmax", null, ReadWrite);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>x[r] = softmax(scale * x[r]) over the first <paramref name="columns"/> of each row of finite values; the others stay.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="x">Float32 [rows, stride].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="scale">Not negative.</param>
    public void Record(CommandRecorder recorder, DeviceBuffer x, int rows, int columns, int stride, float scale)
    {
        var parameters = new SoftmaxParameters { Columns = (uint)columns, Stride = (uint)stride, Scale = scale };
        recorder.Dispatch(_pipeline, [new(x)], parameters, (uint)rows, work: 20.0 * rows * columns);
    }
}
