using System.Diagnostics;
using NarVulkan.Benchmarks.Report;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>Reads the device's memory off its allocator, by the roles of the buffers.</summary>
internal static class DeviceMemory
{
    private static readonly string[] CacheRoles = ["kvKeys", "kvValues"];

    /// <param name="context">The device.</param>
    /// <param name="weightBytes">What the loaded weights take.</param>
    public static MemoryUse Now(NarContext context, long weightBytes)
    {
        long cache = context.Vulkan.Allocator.Usage.Where(usage => CacheRoles.Any(role => usage.Role.StartsWith(role, StringComparison.Ordinal))).Sum(usage => (long)usage.Bytes);
        var (inUse, peak) = context.DeviceMemory;
        using var process = Process.GetCurrentProcess();
        return new MemoryUse(weightBytes, cache, inUse - weightBytes - cache, peak, process.PeakWorkingSet64);
    }
}
