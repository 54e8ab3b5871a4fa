namespace NarVulkan.Generation;

/// <summary>What a generator takes of its device's memory, in bytes as allocated.</summary>
/// <param name="Weights">Weights and embedding tables.</param>
/// <param name="Plans">Recordings that are kept: the last request's, and at most one more.</param>
/// <param name="Staging">Rings for transfers; they serve all models of the device. 0 where the host sees device memory.</param>
/// <param name="InUse">Everything allocated on the device; more than the sum where it holds a tokenizer or other models.</param>
/// <param name="Peak">The most that was ever allocated.</param>
internal readonly record struct GeneratorMemory(ulong Weights, PlanMemory Plans, ulong Staging, ulong InUse, ulong Peak)
{
    /// <summary>What is not the generator's: a tokenizer, other models.</summary>
    public ulong Others => InUse - Math.Min(InUse, Weights + Plans.Total + Staging);
}
