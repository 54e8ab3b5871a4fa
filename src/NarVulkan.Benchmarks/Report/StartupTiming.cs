namespace NarVulkan.Benchmarks.Report;

/// <summary>From the start of a process to its first token.</summary>
/// <param name="Cache">cold: no pipeline was cached, not even by the driver; warm: all were.</param>
/// <param name="Runs">Processes that were started.</param>
/// <param name="Phases">Median seconds by phase, in order.</param>
/// <param name="FirstToken">Seconds until the first token.</param>
/// <param name="End">Seconds until the process had ended, its pictures not written.</param>
internal sealed record StartupTiming(string Cache, int Runs, IReadOnlyList<KeyValuePair<string, double>> Phases, Spread FirstToken, Spread End);
