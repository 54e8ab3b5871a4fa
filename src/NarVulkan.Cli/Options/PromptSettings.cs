namespace NarVulkan.Cli.Options;

/// <summary>What <see cref="PromptOptions"/> say.</summary>
/// <param name="Prompts">The prompts as typed, one at least.</param>
/// <param name="Negative">What to guide away from; null for the model's own features of no text.</param>
/// <param name="Clean">Whether prompts are cleaned.</param>
internal sealed record PromptSettings(IReadOnlyList<string> Prompts, string? Negative, bool Clean)
{
    /// <summary>The prompts with what belongs to them, where they came so; a folder of pictures is made of each then.</summary>
    public IReadOnlyList<PromptRecord>? Records { get; init; }
}
