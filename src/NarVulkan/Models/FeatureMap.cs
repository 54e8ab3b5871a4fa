using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// An image of activations, float32 [height, width, channels], in slabs of whole rows: no buffer need hold all of it.
/// The slabs belong to a <see cref="SlabPool"/>.
/// </summary>
internal sealed class FeatureMap(int height, int width, int channels, int rowsPerSlab, IReadOnlyList<DeviceBuffer> slabs)
{
    public int Height => height;

    public int Width => width;

    public int Channels => channels;

    /// <summary>Rows of every slab but perhaps the last.</summary>
    public int RowsPerSlab => rowsPerSlab;

    public IReadOnlyList<DeviceBuffer> Slabs => slabs;

    /// <summary>All rows, slab by slab.</summary>
    public IEnumerable<MapPiece> Rows() => Cut(0, height, rowsPerSlab);

    /// <summary>A run of pixels in raster order, cut where slabs end.</summary>
    public IEnumerable<MapPiece> Pixels(int first, int count) => Cut(first, count, checked(rowsPerSlab * width));

    /// <summary>
    /// What lays out rows <paramref name="first"/> and following as the input of a convolution, one piece for each slab that
    /// they touch. Rows outside the image are rows of zeros and go with the slab that they are next to.
    /// </summary>
    public IEnumerable<(DeviceBuffer Slab, ConvInputRows Rows)> InputRows(int first, int count, bool bordered)
    {
        int end = first + count;
        for (int row = first; row < end;)
        {
            int slab = Math.Clamp(row, 0, height - 1) / rowsPerSlab;
            int slabFirst = slab * rowsPerSlab, slabRows = Math.Min(rowsPerSlab, height - slabFirst);
            int pieceEnd = slabFirst + slabRows == height ? end : Math.Min(end, slabFirst + slabRows);
            yield return (slabs[slab], new ConvInputRows(width, channels, row - slabFirst, slabRows, row - first, pieceEnd - row, bordered));
            row = pieceEnd;
        }
    }

    private IEnumerable<MapPiece> Cut(int first, int count, int perSlab)
    {
        int end = first + count;
        while (first < end)
        {
            int slab = first / perSlab;
            int length = Math.Min(end, (slab + 1) * perSlab) - first;
            yield return new MapPiece(slabs[slab], first, length, first - slab * perSlab);
            first += length;
        }
    }
}
