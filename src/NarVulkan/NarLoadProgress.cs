namespace NarVulkan;

/// <summary>How far loading has come.</summary>
/// <param name="WeightsDone">Weights of the generator that were read, converted and uploaded.</param>
/// <param name="WeightsTotal">Weights to load in all.</param>
public readonly record struct NarLoadProgress(long WeightsDone, long WeightsTotal);
