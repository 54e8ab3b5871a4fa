using System.Globalization;
using NarVulkan.Vulkan;

namespace NarVulkan;

/// <summary>Says in words what a device that can be used lacks, and what follows from it. What nothing follows from is not mentioned.</summary>
internal static class DeviceShortcomings
{
    // What forms of kernels for GPUs would take where they can: attention in AttentionTiling, products in MatmulCandidates.
    private const uint UsefulInvocations = 256, UsefulSharedBytes = 32 << 10;
    private const ulong LargeBinding = 1UL << 30, LargeAllocation = 2UL << 30, LittleMemory = 4UL << 30;

    /// <summary>A sentence each; empty where nothing is lacking.</summary>
    public static IReadOnlyList<string> Of(DeviceProfile profile) => [.. Sentences(profile)];

    private static IEnumerable<string> Sentences(DeviceProfile profile)
    {
        if (profile.IsSoftware)
        {
            yield return "It is no GPU: the processor computes, tens to hundreds of times slower.";
        }
        if (!profile.SubgroupShuffle)
        {
            yield return "Lanes cannot read each other's registers (no subgroup shuffles): sums go through shared memory, which takes attention and products longer.";
        }
        else if (profile.IsSoftware && !profile.ShufflesEightLanes)
        {
            yield return "Its subgroups are not of eight lanes: each lane fetches for itself, which takes products longer.";
        }
        if (!profile.IsSoftware && profile.CooperativeMatrix is null)
        {
            yield return "It has no cooperative matrices of float16 that are used (VK_KHR_cooperative_matrix): products of many rows, text and tokenizers most of all, run on plain arithmetic.";
        }
        if (!profile.IsSoftware && profile.MaxWorkgroupInvocations < UsefulInvocations)
        {
            yield return $"A workgroup has {profile.MaxWorkgroupInvocations} invocations at most: attention takes blocks of half as many keys, and some forms of the product are out.";
        }
        if (!profile.IsSoftware && profile.MaxSharedMemoryBytes < UsefulSharedBytes)
        {
            yield return $"A workgroup has {Size(profile.MaxSharedMemoryBytes)} of shared memory: forms that would take more are out.";
        }
        if (profile.IsSoftware && profile.WeightLoadPath == LoadPath.Storage)
        {
            yield return $"A texel buffer has {profile.MaxTexelBufferElements.ToString("N0", CultureInfo.InvariantCulture)} elements at most: weights are read through storage buffers, which takes this kind of driver several times longer.";
        }
        if (profile.MaxStorageBufferRange < LargeBinding)
        {
            yield return $"A shader sees {Size(profile.MaxStorageBufferRange)} of a buffer at once: larger matrices are cut into panels, larger pictures into bands.";
        }
        if (profile.MaxAllocationSize < LargeAllocation)
        {
            yield return $"An allocation has {Size(profile.MaxAllocationSize)} at most: batches whose caches would take more are split.";
        }
        if (profile.MemoryBytes < LittleMemory)
        {
            yield return $"It has {Size(profile.MemoryBytes)} of memory: the larger published models do not fit.";
        }
        if (!profile.UnifiedMemory && profile.Kind is DeviceKind.Integrated or DeviceKind.Software)
        {
            yield return "The host does not see all of its memory: weights and results are copied once more.";
        }
        if (profile.TimestampPeriodNanoseconds <= 0)
        {
            yield return "Its queue has no timestamps: 'bench' has only the host's clock to time kernels with.";
        }
    }

    private static string Size(ulong bytes) => bytes >= 1UL << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1UL << 30):0.##} GiB")
        : bytes >= 1UL << 20
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1UL << 20):0.##} MiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.##} KiB");
}
