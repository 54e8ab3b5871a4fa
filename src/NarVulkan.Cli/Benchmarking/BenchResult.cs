using NarVulkan.Benchmarks.Report;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>All that a benchmark found.</summary>
/// <param name="Requested">What was asked for.</param>
/// <param name="Report">What was measured in this process.</param>
/// <param name="Startup">What was measured by starting others.</param>
internal sealed record BenchResult(BenchRequested Requested, BenchReport Report, IReadOnlyList<StartupTiming> Startup);
