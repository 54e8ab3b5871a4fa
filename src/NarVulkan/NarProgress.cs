namespace NarVulkan;

/// <summary>How far a request has come.</summary>
/// <param name="Phase">prefill, steps or decode.</param>
/// <param name="Step">Model steps done, over all batches of the request.</param>
/// <param name="StepCount">Model steps in all.</param>
/// <param name="TokensDone">Tokens sampled so far, over all samples.</param>
/// <param name="TokenCount">Tokens to sample in all.</param>
public readonly record struct NarProgress(string Phase, int Step, int StepCount, int TokensDone, int TokenCount);
