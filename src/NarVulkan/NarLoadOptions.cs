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
    /// Whether files are read once beforehand and compared with the checksums in the folder's <c>SHA256SUMS</c>, which fetched models have. A file that is not listed is refused.
    /// Those of a text encoder are compared when it is loaded: with the first prompt.
    /// </summary>
    public bool VerifyChecksums { get; init; }

    /// <summary>
    /// Whether the text encoder of a model that takes prompts stays on the device beside the generator once it is loaded; null: where half of the memory that is
    /// left will hold it.
    /// </summary>
    public bool? KeepTextEncoder { get; init; }

    /// <summary>Called as files are verified and as weights reach the device, on the loading thread. What it throws ends the loading.</summary>
    public Action<NarLoadProgress>? Progress { get; init; }
}
