using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.T5;

/// <summary>Token ids to text features for a fixed number of texts of a fixed length side by side: recorded once, replayed.</summary>
internal sealed class T5EncodePlan : IDisposable
{
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly DeviceBuffer ids, keyMask, features;
    private readonly RecordedCommands commands;
    private readonly uint[] maskWords;
    private readonly int tokens;

    /// <summary>Allocates and records.</summary>
    /// <param name="kernels">The device's kernels.</param>
    /// <param name="weights">The encoder.</param>
    /// <param name="sequences">Texts.</param>
    /// <param name="tokens">Tokens of each, padding included.</param>
    /// <param name="blocks">For tests: the hidden states behind so many blocks in place of the features; null: all blocks and the final norm.</param>
    public T5EncodePlan(KernelSet kernels, T5Weights weights, int sequences, int tokens, int? blocks = null)
    {
        device = kernels.Device;
        this.tokens = tokens;
        var config = weights.Config;
        int rows = checked(sequences * tokens), words = (tokens + 31) / 32;
        maskWords = new uint[sequences * words];
        try
        {
            ids = owned.Add(device.CreateBuffer("tokenIds", (ulong)rows * sizeof(int), BufferUse.Storage));
            keyMask = owned.Add(device.CreateBuffer("keyMask", (ulong)maskWords.Length * sizeof(uint), BufferUse.Storage));
            var biases = owned.Add(device.CreateBuffer("positionBiases", (ulong)config.Heads * (ulong)((2 * tokens) - 1) * sizeof(float), BufferUse.Storage));
            device.Uploads.Upload<float>(biases, 0, RelativePositions.Biases(weights.PositionBiases, config, tokens - 1));
            var hidden = owned.Add(BlockScratch.Create(device, "hidden", rows, config.Width));
            features = blocks is null ? owned.Add(BlockScratch.Create(device, "textFeatures", rows, config.Width)) : hidden;
            var cache = owned.Add(new KvCache(device, 1, sequences, config.AttentionWidth, tokens));
            var scratch = owned.Add(new BlockScratch(device, rows, config.Width, config.FeedForward, config.AttentionWidth));
            CommandRecorder.Rehearse(device, Record);
            using var recorder = new CommandRecorder(device, "text encoder");
            Record(recorder);
            commands = owned.Add(recorder.Finish());

            void Record(CommandRecorder to)
            {
                kernels.EmbedTokens.Record(to, weights.Embedding, new TokenIds(ids, 0, tokens, 1), null, hidden, sequences, tokens, 0, tokens);
                foreach (var block in weights.Blocks.Take(blocks ?? config.Blocks))
                {
                    block.Record(to, kernels, hidden, scratch, cache, keyMask, biases, sequences, tokens);
                }
                if (blocks is null)
                {
                    kernels.RmsNorm.Record(to, hidden, weights.FinalNorm, features, rows, config.Width, config.Epsilon);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Encodes int32 [sequences, tokens] with their mask (1 where a token is part of the text, 0 where it is padding) to float32 [sequences, tokens, width].</summary>
    public void Run(ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> mask, Span<float> values, CancellationToken cancellation)
    {
        int words = (tokens + 31) / 32;
        Array.Clear(maskWords);
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] != 0)
            {
                int token = i % tokens;
                maskWords[(i / tokens * words) + (token / 32)] |= 1u << (token % 32);
            }
        }
        device.Uploads.Upload(ids, 0, tokenIds);
        device.Uploads.Upload<uint>(keyMask, 0, maskWords);
        commands.Run(null, cancellation);
        device.Readbacks.Read(features, 0, values);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
