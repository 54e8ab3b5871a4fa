using NarVulkan.Vulkan;

namespace NarVulkan.Models.Larp;

/// <summary>Codes to video for a fixed number of clips side by side: recorded once, replayed.</summary>
internal sealed class LarpDecodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly LarpDecodeChain chain;
    private readonly RecordedCommands commands;

    /// <summary>Allocates and records.</summary>
    public LarpDecodePlan(KernelSet kernels, LarpDecoderWeights weights, int clips)
    {
        device = kernels.Device;
        try
        {
            chain = owned.Add(new LarpDecodeChain(kernels, weights, clips));
            CommandRecorder.Rehearse(device, chain.Record);
            using var recorder = new CommandRecorder(device, "larp decode");
            chain.Record(recorder);
            commands = owned.Add(recorder.Finish());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Decodes int32 [clips, latents] (raster order) to float32 [clips, 3, frames, height, width], unclamped.</summary>
    public void Run(ReadOnlySpan<int> codeValues, Span<float> frames, CancellationToken cancellation)
    {
        device.Uploads.Upload(chain.Codes, 0, codeValues);
        device.Uploads.Flush();
        commands.Run(null, cancellation);
        device.Readbacks.Read(chain.Video, 0, frames);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
