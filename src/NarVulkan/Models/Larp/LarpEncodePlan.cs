using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Larp;

/// <summary>Video to codes for a fixed number of clips side by side: recorded once, replayed.</summary>
internal sealed class LarpEncodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly DeviceBuffer video, codes;
    private readonly RecordedCommands commands;

    /// <summary>Allocates and records.</summary>
    public LarpEncodePlan(KernelSet kernels, LarpEncoderWeights weights, int clips)
    {
        device = kernels.Device;
        var config = weights.Config;
        var patching = LarpShape.Patches(config, config.Encoder);
        int d = config.Encoder.Width, latents = config.LatentTokens, patches = config.Encoder.PatchCount, tokens = latents + patches;
        try
        {
            video = owned.Add(BlockScratch.Create(device, "video", clips, patching.VideoLength));
            codes = owned.Add(device.CreateBuffer("codes", (ulong)(clips * latents) * sizeof(int), BufferUse.Storage));
            var pixels = owned.Add(BlockScratch.Create(device, "patches", (long)clips * patches, patching.PatchWidth));
            var hidden = owned.Add(BlockScratch.Create(device, "hidden", (long)clips * tokens, d));
            var vectors = owned.Add(BlockScratch.Create(device, "codeVectors", (long)clips * latents, config.BottleneckWidth));
            var nearest = owned.Add(new NearestCodes(device, weights.Codebook, clips * latents));
            var cache = owned.Add(new KvCache(device, 1, clips, d, tokens));
            var scratch = owned.Add(new BlockScratch(device, clips * tokens, d, weights.InnerWidth));
            commands = owned.Add(Record());

            RecordedCommands Record()
            {
                using var recorder = new CommandRecorder(device, "larp encode");
                uint width = (uint)d, patchValues = (uint)patching.PatchWidth, codeWidth = (uint)config.BottleneckWidth;
                kernels.Patchify.Record(recorder, video, pixels, patching, clips, patches, 0);
                for (int clip = 0; clip < clips; clip++)
                {
                    kernels.Matmul.Record(recorder, weights.PatchEmbedding, pixels, (uint)(clip * patches) * patchValues, patchValues, hidden, (uint)(clip * tokens) * width, width, patches, MatmulEpilogue.StoreBias, weights.PatchEmbeddingBias);
                }
                kernels.AddRows.Record(recorder, weights.PatchPositions, 0, patches, hidden, clips, tokens, 0, patches, d, add: true);
                kernels.AddRows.Record(recorder, weights.LatentQueries, 0, latents, hidden, clips, tokens, patches, latents, d, add: false);
                foreach (var block in weights.Blocks)
                {
                    block.Record(recorder, kernels, hidden, scratch, cache, clips, tokens);
                }
                for (int clip = 0; clip < clips; clip++)
                {
                    uint from = (uint)(clip * tokens + patches) * width;
                    kernels.Matmul.Record(recorder, weights.InLinear, hidden, from, width, vectors, (uint)(clip * latents) * codeWidth, codeWidth, latents, MatmulEpilogue.StoreBias, weights.InLinearBias);
                }
                nearest.Record(recorder, kernels, vectors, codes);
                return recorder.Finish();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Encodes float32 [clips, 3, frames, height, width] in 0..1 to int32 [clips, latents], raster order.</summary>
    public void Run(ReadOnlySpan<float> frames, Span<int> codeValues, CancellationToken cancellation)
    {
        device.Uploads.Upload(video, 0, frames);
        device.Uploads.Flush();
        commands.Run(null, cancellation);
        device.Readbacks.Read(codes, 0, codeValues);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
