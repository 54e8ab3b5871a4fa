namespace NarVulkan;

/// <summary>What of a model folder is loaded, and how.</summary>
public sealed record NarLoadOptions
{
    /// <summary>Weights on the device.</summary>
    public NarPrecision Precision { get; init; } = NarPrecision.Auto;

    /// <summary>Whether the generator is wanted.</summary>
    public bool Generator { get; init; } = true;

    /// <summary>Whether the tokenizer is wanted, where the folder has one.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>
    /// Whether the text encoder of a model that takes prompts stays on the device beside the generator once it is loaded; null: where half of the memory that is
    /// left will hold it.
    /// </summary>
    public bool? KeepTextEncoder { get; init; }

    /// <summary>Called as weights reach the device, on the loading thread.</summary>
    public Action<NarLoadProgress>? Progress { get; init; }
}
