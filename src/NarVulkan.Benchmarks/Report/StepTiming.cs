namespace NarVulkan.Benchmarks.Report;

/// <summary>One step of a generation: medians over the runs.</summary>
/// <param name="Index">Number of the step; 0 feeds the condition.</param>
/// <param name="Rows">Rows fed, of all sequences.</param>
/// <param name="Keys">KV slots that a row attends to.</param>
/// <param name="Sampled">Tokens sampled, of all samples.</param>
/// <param name="WeightBytes">Bytes of weights that the step reads.</param>
/// <param name="Parts">Seconds of device time by part, in order; empty where the queue has no timestamps.</param>
/// <param name="DeviceSeconds">Their sum; without timestamps the same as <paramref name="WallSeconds"/>.</param>
/// <param name="WallSeconds">From submission to completion, the step submitted by itself.</param>
internal sealed record StepTiming(
    int Index, int Rows, int Keys, int Sampled, long WeightBytes, IReadOnlyList<KeyValuePair<string, double>> Parts, double DeviceSeconds, double WallSeconds);
