using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Larp;

/// <summary>Codes to video for a fixed number of clips side by side: recorded once, replayed.</summary>
internal sealed class LarpDecodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly DeviceBuffer codes, video;
    private readonly RecordedCommands commands;

    /// <summary>Allocates and records.</summary>
    public LarpDecodePlan(KernelSet kernels, LarpDecoderWeights weights, int clips)
    {
        device = kernels.Device;
        var config = weights.Config;
        var patching = LarpShape.Patches(config, config.Decoder);
        int d = config.Decoder.Width, latents = config.LatentTokens, patches = config.Decoder.PatchCount, tokens = latents + patches;
        try
        {
            codes = owned.Add(device.CreateBuffer("codes", (ulong)(clips * latents) * sizeof(int), BufferUse.Storage));
            video = owned.Add(BlockScratch.Create(device, "video", clips, patching.VideoLength));
            var vectors = owned.Add(BlockScratch.Create(device, "codeVectors", (long)clips * latents, config.BottleneckWidth));
            var hidden = owned.Add(BlockScratch.Create(device, "hidden", (long)clips * tokens, d));
            var pixels = owned.Add(BlockScratch.Create(device, "patches", (long)clips * patches, patching.PatchWidth));
            var cache = owned.Add(new KvCache(device, 1, clips, d, tokens));
            var scratch = owned.Add(new BlockScratch(device, clips * tokens, d, weights.InnerWidth));
            CommandRecorder.Rehearse(device, Record);
            using var recorder = new CommandRecorder(device, "larp decode");
            Record(recorder);
            commands = owned.Add(recorder.Finish());

            void Record(CommandRecorder recorder)
            {
                uint width = (uint)d, codeWidth = (uint)config.BottleneckWidth;
                kernels.EmbedTokens.Record(recorder, weights.Codebook, new TokenIds(codes, Offset: 0, Stride: latents, Divisor: 1), positions: null, vectors, clips, latents, firstRow: 0, rowCount: latents);
                for (int clip = 0; clip < clips; clip++)
                {
                    kernels.Matmul.Record(recorder, weights.OutLinear, vectors, (uint)(clip * latents) * codeWidth, codeWidth, hidden, (uint)(clip * tokens) * width, width, latents, MatmulEpilogue.StoreBias, weights.OutLinearBias);
                }
                kernels.AddRows.Record(recorder, weights.LatentPositions, 0, latents, hidden, clips, tokens, 0, latents, d, add: true);
                kernels.AddRows.Record(recorder, weights.PatchQueries, 0, patches, hidden, clips, tokens, latents, patches, d, add: false);
                foreach (var block in weights.Blocks)
                {
                    block.Record(recorder, kernels, hidden, scratch, cache, clips, tokens);
                }
                kernels.LayerNorm.Record(recorder, hidden, weights.FinalNormWeight, weights.FinalNormBias, scratch.Normed, new RowSlice(clips, patches, tokens, latents), d, LarpDecoderWeights.FinalNormEpsilon);
                kernels.Matmul.Record(recorder, weights.FinalLinear, scratch.Normed, 0, width, pixels, 0, (uint)patching.PatchWidth, clips * patches, MatmulEpilogue.StoreBias, weights.FinalLinearBias);
                kernels.Unpatchify.Record(recorder, pixels, video, patching, clips, patches, 0);
            }
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
        device.Uploads.Upload(codes, 0, codeValues);
        device.Uploads.Flush();
        commands.Run(null, cancellation);
        device.Readbacks.Read(video, 0, frames);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
