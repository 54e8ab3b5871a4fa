namespace NarVulkan.Generation;

/// <summary>The values of a request that a recorded chain reads, checked and laid out for it; one entry for each sample.</summary>
internal sealed record GenerationInputs
{
    /// <summary>Condition values [samples, condition tokens fed]; empty where the condition is a text.</summary>
    public int[] Conditions { get; init; } = [];

    /// <summary>Text condition; null for the other models.</summary>
    public TextInputs? Text { get; init; }

    /// <summary>Texts that stand in the place of "no text" in guidance: one for each sample, or one for all; null: the model's own features of no text.</summary>
    public TextInputs? NegativeText { get; init; }

    /// <summary>Tokens that kept steps take instead of sampling, [samples, tokens] in order of generation; null where none are kept.</summary>
    public int[]? Kept { get; init; }
}
