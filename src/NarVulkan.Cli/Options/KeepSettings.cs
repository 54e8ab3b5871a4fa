namespace NarVulkan.Cli.Options;

/// <summary>What <see cref="KeepOptions"/> say.</summary>
/// <param name="Files">Pictures, an array of pixels, or tokens, as typed; at least one.</param>
/// <param name="Steps">Steps to keep; null for half of the model's.</param>
internal sealed record KeepSettings(IReadOnlyList<string> Files, int? Steps);
