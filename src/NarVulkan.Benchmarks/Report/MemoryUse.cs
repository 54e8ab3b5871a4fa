namespace NarVulkan.Benchmarks.Report;

/// <summary>Bytes of device memory by what they hold, and the host's peak.</summary>
/// <param name="Weights">Weights.</param>
/// <param name="Cache">Keys and values.</param>
/// <param name="Other">Everything else: activations, logits, tables, staging.</param>
/// <param name="Peak">The most that was ever in use at once.</param>
/// <param name="HostPeak">Most resident memory of the process so far; a software driver's device memory is in it. 0 where the system does not tell.</param>
internal readonly record struct MemoryUse(long Weights, long Cache, long Other, long Peak, long HostPeak)
{
    /// <summary>In use.</summary>
    public long Total => Weights + Cache + Other;
}
