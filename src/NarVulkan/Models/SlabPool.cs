using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// Slabs of equal size for feature maps, created as needed and used again: a chain of layers then takes as much memory as
/// the maps that live at the same time.
/// </summary>
internal sealed class SlabPool(VulkanDevice device, ulong slabBytes) : IDisposable
{
    private readonly List<DeviceBuffer> all = [];
    private readonly Stack<DeviceBuffer> free = [];

    /// <summary>A map with undefined content.</summary>
    /// <exception cref="DeviceException">One row exceeds a slab, or the device has no memory.</exception>
    public FeatureMap Take(int height, int width, int channels)
    {
        ulong rowBytes = checked((ulong)width * (ulong)channels * sizeof(float));
        int rowsPerSlab = (int)Math.Min(slabBytes / rowBytes, (ulong)height);
        if (rowsPerSlab == 0)
        {
            throw new DeviceException(
                $"one row of a {width} x {height} image with {channels} channels has {DeviceAllocator.Mebibytes(rowBytes)}, {device.Profile.Name} binds at most {DeviceAllocator.Mebibytes(slabBytes)}: make smaller images");
        }
        var slabs = new DeviceBuffer[(height + rowsPerSlab - 1) / rowsPerSlab];
        for (int slab = 0; slab < slabs.Length; slab++)
        {
            slabs[slab] = free.TryPop(out var buffer) ? buffer : Create();
        }
        return new FeatureMap(height, width, channels, rowsPerSlab, slabs);
    }

    /// <summary>Gives a map's slabs to the maps that are taken after it.</summary>
    public void Return(FeatureMap map)
    {
        foreach (var slab in map.Slabs.Reverse())
        {
            free.Push(slab);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => all.ForEach(buffer => buffer.Dispose());

    private DeviceBuffer Create()
    {
        // Zeroed, so that whatever a padded read touches is a number.
        all.Add(device.CreateBuffer("featureMap", slabBytes, BufferUse.Texel));
        return all[^1];
    }
}
