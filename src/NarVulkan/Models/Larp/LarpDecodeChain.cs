using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Larp;

/// <summary>Codes to video for a fixed number of clips side by side.</summary>
internal sealed class LarpDecodeChain : IDecodeChain
{
    private readonly KernelSet kernels;
    private readonly LarpDecoderWeights weights;
    private readonly int clips;
    private readonly OwnedResources owned = new();
    private readonly DeviceBuffer vectors, hidden, pixels;
    private readonly KvCache cache;
    private readonly BlockScratch scratch;

    /// <summary>Allocates.</summary>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public LarpDecodeChain(KernelSet kernels, LarpDecoderWeights weights, int clips)
    {
        this.kernels = kernels;
        this.weights = weights;
        this.clips = clips;
        var device = kernels.Device;
        var config = weights.Config;
        var patching = LarpShape.Patches(config, config.Decoder);
        int d = config.Decoder.Width, latents = config.LatentTokens, patches = config.Decoder.PatchCount, tokens = latents + patches;
        try
        {
            Codes = owned.Add(device.CreateBuffer("codes", (ulong)(clips * latents) * sizeof(int), BufferUse.Storage));
            Video = owned.Add(BlockScratch.Create(device, "video", clips, patching.VideoLength));
            vectors = owned.Add(BlockScratch.Create(device, "codeVectors", (long)clips * latents, config.BottleneckWidth));
            hidden = owned.Add(BlockScratch.Create(device, "hidden", (long)clips * tokens, d));
            pixels = owned.Add(BlockScratch.Create(device, "patches", (long)clips * patches, patching.PatchWidth));
            cache = owned.Add(new KvCache(device, 1, clips, d, tokens));
            scratch = owned.Add(new BlockScratch(device, clips * tokens, d, weights.InnerWidth));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DeviceBuffer Codes { get; }

    /// <summary>float32 [clips, 3, frames, height, width], unclamped.</summary>
    public DeviceBuffer Video { get; }

    /// <inheritdoc/>
    public IEnumerable<PixelRun> Pixels
    {
        get
        {
            int plane = LarpShape.Patches(weights.Config, weights.Config.Decoder).VideoLength / 3;
            return [new PixelRun(Video, 0, plane, plane)];
        }
    }

    /// <inheritdoc/>
    public void Record(CommandRecorder recorder)
    {
        var config = weights.Config;
        var patching = LarpShape.Patches(config, config.Decoder);
        int d = config.Decoder.Width, latents = config.LatentTokens, patches = config.Decoder.PatchCount, tokens = latents + patches;
        uint width = (uint)d, codeWidth = (uint)config.BottleneckWidth;
        kernels.EmbedTokens.Record(recorder, weights.Codebook, new TokenIds(Codes, Offset: 0, Stride: latents, Divisor: 1), positions: null, vectors, clips, latents, firstRow: 0, rowCount: latents);
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
        kernels.Unpatchify.Record(recorder, pixels, Video, patching, clips, patches, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
