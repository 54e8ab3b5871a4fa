namespace NarVulkan.Benchmarks;

/// <summary>Where a benchmark stands.</summary>
/// <param name="Part">What is being measured.</param>
/// <param name="Fraction">How much of it is done, 0 to 1; null where that is not known.</param>
/// <param name="Detail">Which one; may be empty.</param>
internal readonly record struct BenchProgress(string Part, double? Fraction, string Detail);
