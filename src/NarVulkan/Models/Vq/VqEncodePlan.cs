using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>One image of a fixed size to codes: recorded once, replayed for every image.</summary>
internal sealed class VqEncodePlan : IDisposable
{
    /// <summary>The similarities of some tokens at a time: of 32 x 32 tokens with 16384 codes, all of them would be 64 MiB.</summary>
    private const ulong SimilarityBytes = 8 << 20;

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
            var layers = new VqRecorder(recorder, kernels, workspace);
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
        int codeCount = weights.Codebook.Columns;
        ulong limit = Math.Min(SimilarityBytes, Math.Min(device.Profile.MaxStorageBufferRange, device.Profile.MaxAllocationSize));
        int rows = (int)Math.Clamp(limit / ((ulong)codeCount * sizeof(float)), 1, (ulong)tokens);
        var vectors = owned.Add(BlockScratch.Create(device, "codeVectors", tokens, codeWidth));
        var similarity = owned.Add(BlockScratch.Create(device, "similarity", rows, codeCount));
        var parameters = owned.Add(device.CreateBuffer("samplingParameters", SamplingParameters.BytesFor(1), BufferUse.Storage));
        var positions = owned.Add(device.CreateBuffer("tokenPositions", (ulong)tokens * sizeof(int), BufferUse.Storage));
        var greedy = new SamplingParameters(guidanceScale: 1, temperature: 1, topP: 1, topK: 0, greedy: true, seed: 0);
        device.Uploads.Upload<uint>(parameters, 0, greedy.WithStreams(new uint[1]));
        device.Uploads.Upload<int>(positions, 0, [.. Enumerable.Range(0, tokens)]);
        foreach (var piece in latents.Pixels(0, tokens))
        {
            kernels.Matmul.Record(
                recorder, weights.ToCodes.Weights, piece.Slab, (uint)piece.InSlab * latentWidth, latentWidth, vectors, (uint)piece.First * codeWidth, codeWidth, piece.Count,
                MatmulEpilogue.StoreBias, weights.ToCodes.Bias);
        }
        for (int first = 0; first < tokens; first += rows)
        {
            int count = Math.Min(rows, tokens - first);
            // The nearest code by cosine: code vectors have unit length, and a vector's own length changes no order.
            kernels.Matmul.Record(recorder, weights.Codebook, vectors, (uint)first * codeWidth, codeWidth, similarity, 0, (uint)codeCount, count, MatmulEpilogue.Store);
            kernels.Sample.Record(recorder, similarity, parameters, positions, codes, new SampleShape(1, count, first, tokens, codeCount));
        }
    }
}
