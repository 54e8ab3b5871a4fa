using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>Buffers of an attention over so many pixels; the scores of a few rows at a time, never of all.</summary>
internal sealed class VqAttentionScratch : IDisposable
{
    private const ulong ScoreBytes = 4 << 20;

    private readonly OwnedResources owned = new();

    /// <summary>Allocates.</summary>
    /// <exception cref="DeviceException">The device has no memory, or cannot bind the queries, keys and values.</exception>
    public VqAttentionScratch(VulkanDevice device, int tokens, int width)
    {
        try
        {
            ScoreStride = checked((tokens + MatrixPacker.ChunkLength - 1) / MatrixPacker.ChunkLength * MatrixPacker.ChunkLength);
            ulong limit = Math.Min(ScoreBytes, Math.Min(device.Profile.MaxStorageBufferRange, device.Profile.MaxAllocationSize));
            Rows = (int)Math.Clamp(limit / ((ulong)Math.Max(ScoreStride, width) * sizeof(float)), 1, (ulong)tokens);
            Joined = owned.Add(BlockScratch.Create(device, "qkv", tokens, 3L * width));
            Keys = owned.Add(PackedMatrix.Allocate(device, "attentionKeys", tokens, width));
            Values = owned.Add(PackedMatrix.Allocate(device, "attentionValues", width, tokens));
            Scores = owned.Add(BlockScratch.Create(device, "attentionScores", Rows, ScoreStride));
            Attended = owned.Add(BlockScratch.Create(device, "attended", Rows, width));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows of scores at a time.</summary>
    public int Rows { get; }

    /// <summary>Floats from one row of scores to the next; those past the last pixel stay zero.</summary>
    public int ScoreStride { get; }

    /// <summary>Queries, keys and values, [tokens, 3 width].</summary>
    public DeviceBuffer Joined { get; }

    /// <summary>The keys as weights: [tokens, width].</summary>
    public PackedMatrix Keys { get; }

    /// <summary>The values as weights, transposed: [width, tokens].</summary>
    public PackedMatrix Values { get; }

    /// <summary>[Rows, ScoreStride].</summary>
    public DeviceBuffer Scores { get; }

    /// <summary>[Rows, width].</summary>
    public DeviceBuffer Attended { get; }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
