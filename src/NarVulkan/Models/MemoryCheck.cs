using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// Refuses weights that are larger than what is left of a device's memory: before minutes go into loading them, and before a driver that hands out
/// more memory than there is takes the whole machine down.
/// </summary>
internal static class MemoryCheck
{
    /// <param name="device">The device.</param>
    /// <param name="path">Where the weights come from, for the message.</param>
    /// <param name="tensors">What is about to be loaded.</param>
    /// <param name="precision">How matrices will be kept.</param>
    /// <exception cref="DeviceException">They are too large.</exception>
    public static void Require(VulkanDevice device, string path, IEnumerable<WeightTensor> tensors, WeightPrecision precision)
    {
        var profile = device.Profile;
        Int128 bytes = tensors.Aggregate((Int128)0, (sum, tensor) => sum + WeightPrecisionChoice.Bytes(precision, tensor));
        ulong inUse = device.Allocator.UsedBytes;
        if (bytes + inUse > profile.MemoryBytes)
        {
            string others = inUse == 0 ? "" : $", of which {Gibibytes(inUse)} are in use";
            throw TooLarge($"{profile.Name} has {Gibibytes(profile.MemoryBytes)} of memory{others}");
        }
        if (profile.IsSoftware && HostMemory.FreeBytes is { } free && bytes > free)
        {
            throw TooLarge($"{profile.Name} keeps them in this machine's memory, of which {Gibibytes(free)} are free");
        }

        DeviceException TooLarge(string what) =>
            new($"{path} has {Gibibytes(bytes)} of {precision} weights, {what}: choose a smaller model, fewer bits for weights (--precision), or another device (--device)");
    }

    private static string Gibibytes(Int128 bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / (1 << 30):0.0} GiB");
}
