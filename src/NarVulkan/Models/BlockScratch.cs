using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>Buffers that every block of a transformer writes anew; float32, row-major.</summary>
internal sealed class BlockScratch : IDisposable
{
    /// <summary>Allocates scratch for at most <paramref name="rows"/> rows; <paramref name="attentionWidth"/> where the heads together are not as wide as the model.</summary>
    public BlockScratch(VulkanDevice device, int rows, int width, int feedForward, int? attentionWidth = null)
    {
        try
        {
            Normed = Create(device, "normed", rows, width);
            Queries = Create(device, "queries", rows, attentionWidth ?? width);
            Attended = Create(device, "attended", rows, attentionWidth ?? width);
            Inner = Create(device, "feedForward", rows, feedForward);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Normed input of a product, [rows, width].</summary>
    public DeviceBuffer Normed { get; } = null!;

    /// <summary>Queries, [rows, attention width]; keys and values go straight to the cache.</summary>
    public DeviceBuffer Queries { get; } = null!;

    /// <summary>Output of the attention, [rows, attention width].</summary>
    public DeviceBuffer Attended { get; } = null!;

    /// <summary>Inside of the feed-forward layer, [rows, feedForward].</summary>
    public DeviceBuffer Inner { get; } = null!;

    /// <summary>A float32 activation buffer of its own.</summary>
    public static DeviceBuffer Create(VulkanDevice device, string role, long rows, long width) =>
        device.CreateBuffer(role, checked((ulong)rows * (ulong)width * sizeof(float)), BufferUse.Texel);

    /// <summary>Device memory of all of it.</summary>
    public ulong MemoryBytes => Normed.MemoryBytes + Queries.MemoryBytes + Attended.MemoryBytes + Inner.MemoryBytes;

    /// <inheritdoc/>
    public void Dispose()
    {
        Normed?.Dispose();
        Queries?.Dispose();
        Attended?.Dispose();
        Inner?.Dispose();
    }
}
