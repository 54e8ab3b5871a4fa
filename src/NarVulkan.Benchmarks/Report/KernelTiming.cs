namespace NarVulkan.Benchmarks.Report;

/// <summary>A kernel at one shape, verified before it was timed.</summary>
/// <param name="Kernel">What it computes, such as <c>product qkv</c>.</param>
/// <param name="Shape">Its sizes, such as <c>24 x 1152 x 384</c>.</param>
/// <param name="Calls">Dispatches of this shape in one generation of the model; 0 where it belongs to none.</param>
/// <param name="MultiplyAdds">Of one dispatch.</param>
/// <param name="Bytes">Bytes that one dispatch reads and writes at least, each counted once.</param>
/// <param name="Seconds">Median time of one dispatch: by timestamps of the device where its queue has them, else by the wall clock.</param>
/// <param name="BestSeconds">The shortest.</param>
/// <param name="ProcessorSeconds">
/// Processor time of one dispatch over the processors of the machine: on a software driver, about what the clock would show if nothing else ran.
/// </param>
internal sealed record KernelTiming(
    string Kernel, string Shape, int Calls, double MultiplyAdds, double Bytes, double Seconds, double BestSeconds, double ProcessorSeconds)
{
    /// <summary>Floating-point operations each second; a multiply-add counts as two.</summary>
    public double FlopsPerSecond => 2 * MultiplyAdds / Seconds;

    /// <summary>Bytes each second.</summary>
    public double BytesPerSecond => Bytes / Seconds;

    /// <summary>Share of the measured multiply-add peak.</summary>
    public double FractionOfPeak(DeviceCeilings ceilings) => MultiplyAdds / Seconds / ceilings.MultiplyAddsPerSecond;

    /// <summary>Share of the measured copy bandwidth; above 1 where data stays in the device's caches.</summary>
    public double FractionOfBandwidth(DeviceCeilings ceilings) => BytesPerSecond / ceilings.CopyBytesPerSecond;
}
