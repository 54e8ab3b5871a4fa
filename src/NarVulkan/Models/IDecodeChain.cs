using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>The dispatches from codes to pixels with the memory that they work in; it can be recorded once, wherever it is wanted.</summary>
internal interface IDecodeChain : IDisposable
{
    /// <summary>What is decoded, int32 [clips, tokens] in raster order.</summary>
    DeviceBuffer Codes { get; }

    /// <summary>Appends the dispatches.</summary>
    void Record(CommandRecorder recorder);

    /// <summary>The pixels of the first clip or image, all frames and rows in order; after the recording.</summary>
    IEnumerable<PixelRun> Pixels { get; }
}
