namespace NarVulkan.Fuzz;

/// <summary>What to run.</summary>
/// <param name="Inputs">The number of the last input, and one more.</param>
/// <param name="First">The number of the first one.</param>
/// <param name="Seed">Decides all inputs.</param>
/// <param name="Targets">The readers.</param>
/// <param name="Failures">The folder that failing inputs are written to.</param>
/// <param name="Scratch">The folder that inputs are read from.</param>
internal sealed record FuzzOptions(long Inputs, long First, ulong Seed, IReadOnlyList<FuzzTarget> Targets, string Failures, string Scratch)
{
    public string StatusPath => Scratch + ".status";
}
