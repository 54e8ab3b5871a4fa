namespace NarVulkan.Benchmarks.Report;

/// <summary>What tuning did.</summary>
/// <param name="Trials">Forms that were tried.</param>
/// <param name="Chosen">Pairs of shape and number of rows that have a choice now.</param>
/// <param name="Wanted">Pairs of shape and number of rows that the model has; more than chosen where the time was up.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Problem">What kept choices from being made or kept; null when nothing did.</param>
internal readonly record struct TuningReport(int Trials, int Chosen, int Wanted, double Seconds, string? Problem);
