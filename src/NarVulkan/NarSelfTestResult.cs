namespace NarVulkan;

/// <summary>Outcome of one self-test on a device.</summary>
/// <param name="Name">What was tested.</param>
/// <param name="Passed">Whether the device computed what it should.</param>
/// <param name="Detail">The measured difference, or what went wrong.</param>
public sealed record NarSelfTestResult(string Name, bool Passed, string Detail);
