using System.Diagnostics;
using NarVulkan.Benchmarks.Report;

namespace NarVulkan.Benchmarks.Generation;

/// <summary>What a model takes of the device's memory and of the host's.</summary>
internal static class DeviceMemory
{
    /// <param name="model">The model; its kept recordings count.</param>
    public static MemoryUse Now(NarModel model)
    {
        var memory = model.Generator!.Memory;
        using var process = Process.GetCurrentProcess();
        long weights = (long)memory.Weights, cache = (long)memory.Plans.Cache;
        return new MemoryUse(weights, cache, (long)memory.InUse - weights - cache, (long)memory.Peak, process.PeakWorkingSet64);
    }
}
