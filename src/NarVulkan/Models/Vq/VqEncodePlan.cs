using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>One image of a fixed size to codes: recorded once, replayed for every image.</summary>
internal sealed class VqEncodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly FeatureMap image;
    private readonly DeviceBuffer codes;
    private readonly RecordedCommands commands;

    /// <summary>Allocates and records.</summary>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public VqEncodePlan(KernelSet kernels, VqEncoderWeights weights, int height, int width)
    {
        device = kernels.Device;
        var shape = weights.Layers.Shape;
        // The kernels read channels by eights.
        const int pixelChannels = MatrixPacker.ChunkLength;
        try
        {
            var workspace = owned.Add(new VqWorkspace(device, [(height, width, pixelChannels), .. shape.Maps(height, width)]));
            using var recorder = new CommandRecorder(device, "vq encode");
            var layers = new VqRecorder(recorder, kernels, workspace, device.Profile.WorkBudget);
            image = layers.Take(height, width, pixelChannels);
            var latents = weights.Layers.Record(layers, image, planar: false);
            int tokens = latents.Height * latents.Width;
            codes = owned.Add(device.CreateBuffer("codes", (ulong)tokens * sizeof(int), BufferUse.Storage));
            RecordCodes(recorder, kernels, weights, latents, tokens);
            commands = owned.Add(recorder.Finish());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Encodes float32 [3, height, width] to int32 [tokens], raster order.</summary>
    public void Run(ReadOnlySpan<float> pixels, Span<int> codeValues, CancellationToken cancellation)
    {
        int plane = image.Height * image.Width;
        foreach (var piece in image.Rows())
        {
            var interleaved = new float[piece.Count * image.Width * image.Channels];
            for (int channel = 0; channel < VqShape.ImageChannels; channel++)
            {
                var source = pixels.Slice(channel * plane + piece.First * image.Width, piece.Count * image.Width);
                for (int pixel = 0; pixel < source.Length; pixel++)
                {
                    interleaved[pixel * image.Channels + channel] = source[pixel];
                }
            }
            device.Uploads.Upload<float>(piece.Slab, 0, interleaved);
        }
        device.Uploads.Flush();
        commands.Run(null, cancellation);
        device.Readbacks.Read(codes, 0, codeValues);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();

    private void RecordCodes(CommandRecorder recorder, KernelSet kernels, VqEncoderWeights weights, FeatureMap latents, int tokens)
    {
        uint latentWidth = (uint)latents.Channels, codeWidth = (uint)weights.ToCodes.Channels;
        var vectors = owned.Add(BlockScratch.Create(device, "codeVectors", tokens, codeWidth));
        foreach (var piece in latents.Pixels(0, tokens))
        {
            kernels.Matmul.Record(
                recorder, weights.ToCodes.Weights, piece.Slab, (uint)piece.InSlab * latentWidth, latentWidth, vectors, (uint)piece.First * codeWidth, codeWidth, piece.Count,
                MatmulEpilogue.StoreBias, weights.ToCodes.Bias);
        }
        owned.Add(new NearestCodes(device, weights.Codebook, tokens)).Record(recorder, kernels, vectors, codes);
    }
}
