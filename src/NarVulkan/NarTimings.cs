namespace NarVulkan;

/// <summary>Wall-clock seconds per phase of a request.</summary>
/// <param name="RecordSeconds">Building the dispatch chain (0 where a recorded one was replayed).</param>
/// <param name="PrefillSeconds">Step 0: the condition.</param>
/// <param name="StepsSeconds">All further steps.</param>
/// <param name="DecodeSeconds">Tokens to pixels.</param>
public sealed record NarTimings(double RecordSeconds, double PrefillSeconds, double StepsSeconds, double DecodeSeconds);
