using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>Codes to one image of a fixed size: recorded once, replayed for every image.</summary>
internal sealed class VqDecodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly DeviceBuffer codes;
    private readonly FeatureMap image;
    private readonly RecordedCommands commands;

    /// <summary>Allocates and records.</summary>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public VqDecodePlan(KernelSet kernels, VqDecoderWeights weights, TokenGrid grid)
    {
        device = kernels.Device;
        int tokens = grid.Count, width = weights.Codebook.Width;
        try
        {
            var workspace = owned.Add(new VqWorkspace(device, [.. weights.Layers.Shape.Maps(grid.Rows, grid.Columns)]));
            codes = owned.Add(device.CreateBuffer("codes", (ulong)tokens * sizeof(int), BufferUse.Storage));
            var vectors = owned.Add(BlockScratch.Create(device, "codeVectors", tokens, width));
            using var recorder = new CommandRecorder(device, "vq decode");
            kernels.EmbedTokens.Record(recorder, weights.Codebook, new TokenIds(codes, Offset: 0, Stride: tokens, Divisor: 1), positions: null, vectors, 1, tokens, firstRow: 0, rowCount: tokens);
            var layers = new VqRecorder(recorder, kernels, workspace);
            var latents = layers.Take(grid.Rows, grid.Columns, weights.FromCodes.Channels);
            layers.ProjectPixels(vectors, 0, weights.FromCodes, latents, 0, tokens);
            image = weights.Layers.Record(layers, latents, planar: true);
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
        device.Uploads.Upload(codes, 0, codeValues);
        device.Uploads.Flush();
        commands.Run(null, cancellation);
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
