using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>Device memory that one half of the tokenizer computes in, for one size of image; used anew for every image.</summary>
internal sealed class VqWorkspace : IDisposable
{
    /// <summary>
    /// Enough pixels for any device to be busy with, and little beside the maps: 64 rows of a 1024 x 1024 image of 128
    /// channels, or a whole one of 256 x 256.
    /// </summary>
    private const ulong LargestSlab = 32 << 20;

    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly Dictionary<(int Tokens, int Width), VqAttentionScratch> attention = [];

    /// <summary>Allocates for feature maps of these sizes.</summary>
    /// <exception cref="DeviceException">The device has no memory, or cannot bind three rows of an image.</exception>
    public VqWorkspace(VulkanDevice device, IReadOnlyList<(int Height, int Width, int Channels)> maps)
    {
        this.device = device;
        ulong limit = Math.Min(device.Profile.MaxStorageBufferRange, device.Profile.MaxAllocationSize) / 16 * 16;
        ulong cap = Math.Min(LargestSlab, limit);
        try
        {
            // A row must fit in any case, and a convolution reads three.
            Slabs = owned.Add(new SlabPool(device, Size(maps.Max(map => Bytes(map.Height, map.Width, map.Channels)), maps.Max(map => Bytes(1, map.Width, map.Channels)))));
            ulong padded = maps.Max(map => Bytes(map.Height + 2, map.Width + 2, map.Channels));
            Input = owned.Add(device.CreateBuffer("convInput", Size(padded, maps.Max(map => Bytes(3, map.Width + 2, map.Channels))), BufferUse.Texel));
            Moments = owned.Add(BlockScratch.Create(device, "normMoments", 1, maps.Max(map => GroupNormKernel.MomentsLength(map.Height, map.Channels))));
            Scales = owned.Add(BlockScratch.Create(device, "normScales", 2, maps.Max(map => map.Channels)));
        }
        catch
        {
            Dispose();
            throw;
        }

        ulong Size(ulong wanted, ulong least) => least <= limit
            ? Math.Max(Math.Min(wanted, cap), least)
            : throw new DeviceException($"three rows of the image have {DeviceAllocator.Mebibytes(least)}, {device.Profile.Name} binds at most {DeviceAllocator.Mebibytes(limit)}: make smaller images");
    }

    /// <summary>Memory of the feature maps.</summary>
    public SlabPool Slabs { get; }

    /// <summary>Rows of a map as a convolution or a product reads them.</summary>
    public DeviceBuffer Input { get; }

    /// <summary>Moments of the rows of a map.</summary>
    public DeviceBuffer Moments { get; }

    /// <summary>Mean and scale of the channels of a map.</summary>
    public DeviceBuffer Scales { get; }

    /// <summary>Buffers of an attention; one set serves all attentions of its size.</summary>
    public VqAttentionScratch Attention(int tokens, int width)
    {
        if (!attention.TryGetValue((tokens, width), out var scratch))
        {
            attention[(tokens, width)] = scratch = owned.Add(new VqAttentionScratch(device, tokens, width));
        }
        return scratch;
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();

    private static ulong Bytes(int height, int width, int channels) => checked((ulong)height * (ulong)width * (ulong)channels * sizeof(float));
}
