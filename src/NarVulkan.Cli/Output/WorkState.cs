namespace NarVulkan.Cli.Output;

/// <summary>Where a command's work stands.</summary>
/// <param name="Phase">What is being done, such as "loading".</param>
/// <param name="Fraction">How much of the phase is done, 0 to 1; null where that is not known.</param>
/// <param name="Detail">What to say about it, such as "step 3/34, 60/1024 tokens"; may be empty.</param>
internal readonly record struct WorkState(string Phase, double? Fraction, string Detail);
