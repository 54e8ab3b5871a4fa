using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Image rows as <see cref="ConvKernel"/> reads them, normed and activated on the way: <c>shaders/conv_input.comp</c>.</summary>
internal sealed class ConvInputKernel(VulkanDevice device)
{
    private const int QuadLanes = 32;
    private const int ColumnsPerGroup = 32;

    /// <summary>The shader of a load path.</summary>
    public static ShaderDescription Shader(LoadPath path) =>
        Describe<ConvInputParameters>("conv_input", KernelBuffers.Variant(path), KernelBuffers.Declare(path), Read, Read, Write);

    /// <summary>y = activation((x - mean) * scale + bias), or x as it is without <paramref name="scales"/>; zeros around the image.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="x">Float32 [rows.XRows, rows.Width, rows.Channels].</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="scales">Float32 [2, channels], from <see cref="GroupNormKernel.RecordScales"/>, or null.</param>
    /// <param name="bias">Float32 [channels], with scales.</param>
    /// <param name="swish">x / (1 + exp(-x)) after the norm.</param>
    /// <param name="y">Float32 [.., 1 + width + 1, channels], or without the two ones where there is no border.</param>
    public void Record(CommandRecorder recorder, DeviceBuffer x, in ConvInputRows rows, DeviceBuffer? scales, DeviceBuffer? bias, bool swish, DeviceBuffer y)
    {
        if ((scales is null) != (bias is null) || (swish && scales is null) || rows.Channels % 4 != 0)
        {
            throw new ArgumentException($"{rows}: scales go with a bias, swish goes with both, and channels are multiples of 4", nameof(rows));
        }

        var path = KernelBuffers.ActivationPath(device.Profile, x);
        var quads = (uint)rows.Channels / 4;
        var parameters = new ConvInputParameters
        {
            Width = (uint)rows.Width,
            ChannelQuads = quads,
            XFirstRow = rows.XFirstRow,
            XRows = (uint)rows.XRows,
            YFirstRow = (uint)rows.YFirstRow,
            Border = rows.Bordered ? 1u : 0u,
            Normalize = scales is null ? 0u : 1u,
            Swish = swish ? 1u : 0u,
        };
        var yWidth = rows.Width + (rows.Bordered ? 2 : 0);
        recorder.Dispatch(
            device.Pipelines.Get(Shader(path), []),
            // Without a norm these bindings are unused, but must hold something.
            [KernelBuffers.Floats(x, path), new(scales ?? y), new(bias ?? y), new(y)],
            parameters,
            (quads + QuadLanes - 1) / QuadLanes,
            (uint)rows.Rows,
            (uint)((yWidth + ColumnsPerGroup - 1) / ColumnsPerGroup),
            // With swish about thirty operations an element.
            work: (swish ? 30.0 : 4.0) * rows.Rows * yWidth * rows.Channels);
    }
}
