namespace NarVulkan.Cli.Options;

/// <summary>A prompt and what belongs to it.</summary>
/// <param name="Prompt">The text.</param>
/// <param name="Metadata">The JSON object that it came in, on one line; an evaluator finds in it what the picture should show.</param>
internal sealed record PromptRecord(string Prompt, string Metadata);
