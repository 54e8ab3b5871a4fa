using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan;

/// <summary>
/// Refuses what cannot fit, with an estimate, before it is begun: before minutes go into reading or computing weights, and before a driver that
/// hands out more memory than there is takes the whole machine down.
/// </summary>
internal static class MemoryCheck
{
    /// <summary>Refuses weights that are larger than what is left of the device's memory.</summary>
    /// <param name="device">Where they would go.</param>
    /// <param name="path">Where the weights come from, for the message.</param>
    /// <param name="tensors">What is about to be loaded.</param>
    /// <param name="precision">How matrices would be kept.</param>
    /// <exception cref="DeviceMemoryException">They are.</exception>
    public static void Weights(VulkanDevice device, string path, IEnumerable<WeightTensor> tensors, WeightPrecision precision)
    {
        Int128 bytes = tensors.Aggregate((Int128)0, (sum, tensor) => sum + WeightPrecisionChoice.Bytes(precision, tensor));
        ulong free = device.Memory.FreeBytes;
        if (bytes > free)
        {
            throw new DeviceMemoryException($"{path} has {Size((double)bytes)} of {precision} weights, {Left(device, free)}: choose a smaller model, fewer bits for weights (--precision), or another device (--device)");
        }
    }

    /// <summary>Refuses a generation of which even one sample is larger than what is left.</summary>
    /// <param name="device">Where it would run.</param>
    /// <param name="bytes">What one sample takes.</param>
    /// <param name="free">What is left, recordings of earlier generations that would go counted as free.</param>
    /// <exception cref="DeviceMemoryException">It is.</exception>
    public static void Sample(VulkanDevice device, ulong bytes, ulong free)
    {
        if (bytes > free)
        {
            throw new DeviceMemoryException($"one sample takes {Size(bytes)} beside the weights, {Left(device, free)}: close other programs, keep no logits, choose a smaller model, or another device (--device)");
        }
    }

    private static string Left(VulkanDevice device, ulong free)
    {
        var profile = device.Profile;
        ulong memory = profile.MemoryBytes;
        string ours = device.Allocator.UsedBytes == 0 ? "" : $", {Size(device.Allocator.UsedBytes)} in use here";
        return $"{profile.Name} has {Size(memory)} of memory, of which {Size(Math.Min(free, memory))} are left{ours}";
    }

    private static string Size(double bytes) => bytes >= 1 << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 30):0.0} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0} MiB");
}
