using NarVulkan.Decoding;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>Codes to an image for one grid of tokens: recorded once, replayed.</summary>
internal sealed class VqDecodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly VqDecodeChain chain;
    private readonly RecordedCommands commands;

    /// <summary>Allocates and records.</summary>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public VqDecodePlan(KernelSet kernels, VqDecoderWeights weights, TokenGrid grid)
    {
        device = kernels.Device;
        try
        {
            chain = owned.Add(new VqDecodeChain(kernels, weights, grid, kernels.Device.Profile.WorkBudget));
            using var recorder = new CommandRecorder(device, "vq decode");
            chain.Record(recorder);
            commands = owned.Add(recorder.Finish());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Decodes int32 [tokens] (raster order) to float32 [3, height, width], unclamped.</summary>
    public void Run(ReadOnlySpan<int> codeValues, Span<float> pixels, CancellationToken cancellation)
    {
        device.Uploads.Upload(chain.Codes, 0, codeValues);
        device.Uploads.Flush();
        commands.Run(null, cancellation);
        var image = chain.Image;
        foreach (var piece in image.Rows())
        {
            for (int channel = 0; channel < image.Channels; channel++)
            {
                var rows = pixels.Slice((channel * image.Height + piece.First) * image.Width, piece.Count * image.Width);
                device.Readbacks.Read(piece.Slab, (ulong)channel * (ulong)(image.RowsPerSlab * image.Width) * sizeof(float), rows);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
