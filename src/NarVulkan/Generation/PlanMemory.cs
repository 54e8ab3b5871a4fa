namespace NarVulkan.Generation;

/// <summary>Device memory of one recorded chain, in bytes as allocated.</summary>
/// <param name="Cache">Keys and values.</param>
/// <param name="Scratch">Activations, written anew by every step.</param>
/// <param name="Logits">Logits of a step, and of all steps where they are kept.</param>
/// <param name="Inputs">Conditions, settings, tokens, and the tables of the schedule.</param>
internal readonly record struct PlanMemory(ulong Cache, ulong Scratch, ulong Logits, ulong Inputs)
{
    /// <summary>All of it.</summary>
    public ulong Total => Cache + Scratch + Logits + Inputs;

    /// <summary>Two plans side by side.</summary>
    public static PlanMemory operator +(PlanMemory a, PlanMemory b) =>
        new(a.Cache + b.Cache, a.Scratch + b.Scratch, a.Logits + b.Logits, a.Inputs + b.Inputs);
}
