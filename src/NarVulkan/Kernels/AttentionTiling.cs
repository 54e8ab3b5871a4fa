using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>How attention is laid out on a device, for a head size.</summary>
/// <param name="Lanes">
/// Invocations of a workgroup; each takes every so-many-th key. It decides in which order a row is summed, so it never
/// depends on the number of rows. Lanes * head size * 4 bytes of shared memory are used, at most 8 KiB here.
/// </param>
/// <param name="TileRows">Rows of a sequence that share each load of a key.</param>
/// <param name="SingleRowLimit">Up to this many rows per sequence, rows are taken one by one: a part-filled tile costs as much as a full one.</param>
/// <param name="MergeByShuffle">Lanes are merged by subgroup shuffles, on the texel path, instead of through shared memory; takes 8 lanes.</param>
internal readonly record struct AttentionTiling(int Lanes, int TileRows, int SingleRowLimit, bool MergeByShuffle)
{
    private const int SmallHead = 64;
    private const int SoftwareLanes = 8;

    /// <summary>Eight lanes are a vector of llvmpipe on AVX; the ladder is in attention.comp.</summary>
    public static AttentionTiling Software(int headSize, bool shuffle) => new(SoftwareLanes, headSize <= SmallHead ? 4 : 2, 2, shuffle);

    /// <summary>Not tuned. The registers of a GPU hold query and sums of one row.</summary>
    public static AttentionTiling Gpu(int headSize) => new(headSize <= SmallHead ? 32 : 16, 1, 1, false);

    public static AttentionTiling For(DeviceProfile profile, int headSize) => profile.IsSoftware
        // Exactly a subgroup: the lanes are then sure to be in one.
        ? Software(headSize, profile.SubgroupShuffle && profile.SubgroupSize == SoftwareLanes)
        : Gpu(headSize);

    /// <summary>Rows of a workgroup.</summary>
    public int Rows(int rowsPerSequence) => rowsPerSequence <= SingleRowLimit ? 1 : TileRows;
}
