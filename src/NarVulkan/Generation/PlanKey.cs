namespace NarVulkan.Generation;

/// <summary>What a recorded chain is specific to. Everything else (classes, seed, scale, temperature, ...) is read from buffers.</summary>
/// <param name="Samples">Samples side by side, S.</param>
/// <param name="GuidedSteps">Leading steps with guidance; 0 runs without unconditional sequences.</param>
/// <param name="KeepLogits">Whether every step's logits are kept.</param>
internal readonly record struct PlanKey(int Samples, int GuidedSteps, bool KeepLogits);
