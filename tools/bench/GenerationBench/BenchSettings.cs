using NarVulkan;

namespace GenerationBench;

/// <summary>How a model is run.</summary>
/// <param name="Runs">Timed runs after the first.</param>
/// <param name="Batch">Samples side by side.</param>
/// <param name="Guidance">Guidance scale; 1 runs without.</param>
/// <param name="Precision">Weights on the device.</param>
/// <param name="Device">Index or name.</param>
/// <param name="LoadOnly">Whether nothing is generated.</param>
/// <param name="Parts">Whether the parts of the steps are timed too.</param>
/// <param name="Decode">Whether tokens are decoded too.</param>
internal sealed record BenchSettings(int Runs, int Batch, float Guidance, NarPrecision Precision, string Device, bool LoadOnly, bool Parts, bool Decode);
