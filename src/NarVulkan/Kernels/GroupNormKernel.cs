using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>
/// Statistics of GroupNorm over an image, channels last: <c>shaders/group_norm_moments.comp</c> for each image row, then
/// <c>shaders/group_norm_scales.comp</c> for each group. <see cref="ConvInputKernel"/> applies them. The order of summation
/// depends on the image's size alone, not on the bands in which its rows are given.
/// </summary>
internal sealed class GroupNormKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription ScalesShader = Describe<GroupNormScalesParameters>("group_norm_scales", null, Read, Read, Write);

    private const int QuadLanes = 32;

    /// <summary>The shader that takes the moments of rows.</summary>
    public static ShaderDescription MomentsShader(LoadPath path) =>
        Describe<GroupNormMomentsParameters>("group_norm_moments", KernelBuffers.Variant(path), KernelBuffers.Declare(path), Write);

    /// <summary>Floats of the moments of an image.</summary>
    public static long MomentsLength(int rows, int channels) => 2L * rows * channels;

    /// <summary>Mean and sum of squared deviations of every channel over each of some image rows.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="x">Float32 [.., width, channels]; channels a multiple of 4.</param>
    /// <param name="xFirstRow">Row of x to begin with.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="moments">Float32 [image rows, 2, channels].</param>
    /// <param name="firstRow">Image row that the first one is.</param>
    public void RecordMoments(
        CommandRecorder recorder, DeviceBuffer x, int xFirstRow, int rows, int width, int channels, DeviceBuffer moments, int firstRow)
    {
        var path = KernelBuffers.ActivationPath(device.Profile, x);
        var quads = (uint)channels / 4;
        var parameters = new GroupNormMomentsParameters { Width = (uint)width, ChannelQuads = quads, XFirstRow = (uint)xFirstRow, FirstRow = (uint)firstRow };
        recorder.Dispatch(
            device.Pipelines.Get(MomentsShader(path), []), [KernelBuffers.Floats(x, path), new(moments)], parameters,
            (quads + QuadLanes - 1) / QuadLanes, (uint)rows, work: 4.0 * rows * width * channels);
    }

    /// <summary>scales[0, c] = mean of the group of c, scales[1, c] = weight[c] / sqrt(variance of the group of c + epsilon).</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="moments">Of all rows of the image.</param>
    /// <param name="rows">Image rows.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="groups">Groups; they divide the channels.</param>
    /// <param name="weight">Float32 [channels].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="scales">Float32 [2, channels].</param>
    public void RecordScales(
        CommandRecorder recorder, DeviceBuffer moments, int rows, int width, int groups, DeviceBuffer weight, float epsilon, DeviceBuffer scales)
    {
        var channels = (uint)(weight.Size / sizeof(float));
        var parameters = new GroupNormScalesParameters
        {
            Rows = (uint)rows,
            Width = (uint)width,
            Channels = channels,
            GroupChannels = channels / (uint)groups,
            Epsilon = epsilon,
        };
        recorder.Dispatch(
            device.Pipelines.Get(ScalesShader, []), [new(moments), new(weight), new(scales)], parameters, (uint)groups, work: 4.0 * rows * channels);
    }
}
