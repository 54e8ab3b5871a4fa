using NarVulkan.Decoding;
using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Cuts videos into rows of patches, elements ordered (c, t, h, w): <c>shaders/patchify.comp</c>.</summary>
internal sealed class PatchifyKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<PatchifyParameters>("patchify", null, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Patch p of video b becomes row b * rowsPerVideo + firstRow + p.</summary>
    /// <param name="video">[videos, channels, frames, rows, columns], float32.</param>
    /// <param name="patchRows">[videos * rowsPerVideo, PatchWidth], float32.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer video, DeviceBuffer patchRows, VideoPatches shape, int videos, int rowsPerVideo, int firstRow)
    {
        var parameters = new PatchifyParameters
        {
            Channels = (uint)shape.Channels,
            Frames = (uint)shape.Frames,
            Rows = (uint)shape.Rows,
            Columns = (uint)shape.Columns,
            PatchFrames = (uint)shape.PatchFrames,
            PatchSize = (uint)shape.PatchSize,
            RowsPerVideo = (uint)rowsPerVideo,
            FirstRow = (uint)firstRow,
        };
        recorder.Dispatch(
            _pipeline, [new(video), new(patchRows)], parameters,
            ElementGroups(shape.PatchWidth), (uint)shape.PatchCount, (uint)videos, work: (double)shape.VideoLength * videos);
    }
}
