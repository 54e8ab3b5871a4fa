namespace NarVulkan.Cli.Options;

/// <summary>What <see cref="TextOptions"/> say.</summary>
/// <param name="Features">File with the features, as typed.</param>
/// <param name="Mask">File with the mask, as typed; null where every feature counts.</param>
/// <param name="LeftPad">Whether text is moved to the right end.</param>
internal sealed record TextSettings(string Features, string? Mask, bool LeftPad);
