using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Decoder output to RGBA8 pixels with the rounding of the PNGs: <c>shaders/pack_pixels.comp</c>.</summary>
internal sealed class PackPixelsKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<PackPixelsParameters>("pack_pixels", null, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Packs a run of pixels.</summary>
    /// <param name="run">The pixels, float32.</param>
    /// <param name="packed">Receives 4 bytes for each pixel.</param>
    /// <param name="firstPacked">Pixel of <paramref name="packed"/> that the run begins at.</param>
    /// <param name="isSigned">Whether values are nominally -1..1 (images) rather than 0..1 (clips).</param>
    public void Record(CommandRecorder recorder, PixelRun run, DeviceBuffer packed, int firstPacked, bool isSigned)
    {
        var parameters = new PackPixelsParameters
        {
            PixelCount = (uint)run.Count,
            FirstPixel = (uint)run.First,
            PlaneStride = (uint)run.PlaneStride,
            FirstPacked = (uint)firstPacked,
            IsSigned = isSigned ? 1u : 0u,
        };
        recorder.Dispatch(_pipeline, [new(run.Planes), new(packed)], parameters, ElementGroups(run.Count), work: 8.0 * run.Count);
    }
}
