namespace NarVulkan.Benchmarks.Report;

/// <summary>Loading of the model.</summary>
/// <param name="Seconds">Wall clock.</param>
/// <param name="ProcessorSeconds">Of the whole process.</param>
/// <param name="Memory">Memory afterwards.</param>
internal sealed record LoadTiming(double Seconds, double ProcessorSeconds, MemoryUse Memory);
