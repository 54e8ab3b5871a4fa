using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// Keys and values of every block, float32 [sequences, heads, slots, head size], slots in order of generation, so that a
/// step reads a contiguous prefix.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private readonly DeviceBuffer[] keys;
    private readonly DeviceBuffer[] values;

    /// <summary>Allocates a cache for <paramref name="blocks"/> blocks.</summary>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public KvCache(VulkanDevice device, int blocks, int sequences, int width, int slots)
    {
        Slots = slots;
        keys = new DeviceBuffer[blocks];
        values = new DeviceBuffer[blocks];
        ulong bytes = BytesPerBuffer(sequences, width, slots);
        try
        {
            for (int block = 0; block < blocks; block++)
            {
                keys[block] = device.CreateBuffer($"kvKeys.{block}", bytes, BufferUse.Texel);
                values[block] = device.CreateBuffer($"kvValues.{block}", bytes, BufferUse.Texel);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Slots of a sequence.</summary>
    public int Slots { get; }

    /// <summary>Keys of a block.</summary>
    public DeviceBuffer Keys(int block) => keys[block];

    /// <summary>Values of a block.</summary>
    public DeviceBuffer Values(int block) => values[block];

    /// <summary>Bytes of one block's keys, and as many again of its values.</summary>
    public static ulong BytesPerBuffer(int sequences, int width, int slots) => checked((ulong)sequences * (ulong)width * (ulong)slots * sizeof(float));

    /// <summary>Device memory of all blocks.</summary>
    public ulong MemoryBytes => keys.Concat(values).Aggregate(0UL, (sum, buffer) => sum + buffer.MemoryBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in keys.Concat(values))
        {
            buffer?.Dispose();
        }
    }
}
