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
        return new MemoryUse
        {
            Weights = (long)memory.Weights,
            Cache = (long)memory.Plans.Cache,
            Scratch = (long)memory.Plans.Scratch,
            Logits = (long)memory.Plans.Logits,
            Inputs = (long)memory.Plans.Inputs,
            Staging = (long)memory.Staging,
            Others = (long)memory.Others,
            Peak = (long)memory.Peak,
            HostPeak = process.PeakWorkingSet64,
        };
    }
}
