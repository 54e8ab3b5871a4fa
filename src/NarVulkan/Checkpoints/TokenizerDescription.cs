namespace NarVulkan.Checkpoints;

/// <summary>What a model folder says about its tokenizer.</summary>
/// <param name="Kind">The family.</param>
/// <param name="WeightsPath">Full path of an existing file.</param>
/// <param name="ConfigPath">Full path of an existing file with its settings; null if the weights carry them or none are needed.</param>
internal sealed record TokenizerDescription(TokenizerKind Kind, string WeightsPath, string? ConfigPath);
