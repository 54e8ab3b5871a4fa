using NarVulkan.Decoding;
using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Lays rows of patches, elements ordered (t, h, w, c), side by side as videos: <c>shaders/unpatchify.comp</c>.</summary>
internal sealed class UnpatchifyKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<UnpatchifyParameters>("unpatchify", null, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Row b * rowsPerVideo + firstRow + p is patch p of video b.</summary>
    /// <param name="patchRows">[videos * rowsPerVideo, PatchWidth], float32.</param>
    /// <param name="video">[videos, channels, frames, rows, columns], float32.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer patchRows, DeviceBuffer video, VideoPatches shape, int videos, int rowsPerVideo, int firstRow)
    {
        var parameters = new UnpatchifyParameters
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
            _pipeline, [new(patchRows), new(video)], parameters,
            ElementGroups(shape.PatchWidth), (uint)shape.PatchCount, (uint)videos, work: (double)shape.VideoLength * videos);
    }
}
