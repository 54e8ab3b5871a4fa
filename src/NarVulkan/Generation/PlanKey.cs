using NarVulkan.Decoding;

namespace NarVulkan.Generation;

/// <summary>What a recorded chain is specific to. Everything else (classes, seed, scale, temperature, ...) is read from buffers.</summary>
/// <param name="Samples">Samples side by side, S.</param>
/// <param name="Guidance">Steps with guidance; with none, the chain runs without unconditional sequences.</param>
/// <param name="KeepLogits">Whether every step's logits are kept.</param>
/// <param name="KeptSteps">Leading steps whose tokens are given instead of sampled.</param>
internal readonly record struct PlanKey(int Samples, GuidedSteps Guidance, bool KeepLogits, int KeptSteps = 0);
