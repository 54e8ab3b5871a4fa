namespace NarVulkan.Checkpoints;

/// <summary>The settings that a model is best sampled with.</summary>
internal sealed record SamplingDefaults
{
    /// <summary>What the original's text-to-image scripts guide by.</summary>
    private const float TextGuidance = 7.5f;

    /// <summary>What a generator is sampled with where its folder does not say.</summary>
    public static SamplingDefaults For(Architecture? architecture) =>
        architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage ? new SamplingDefaults { Guidance = TextGuidance } : new SamplingDefaults();

    /// <summary>Guidance scale; 1 or less is none.</summary>
    public float Guidance { get; init; } = 1;

    /// <summary>Guidance goes off once a counter passes this; -1: never.</summary>
    public int GuidanceInterval { get; init; } = -1;

    public float Temperature { get; init; } = 1;

    /// <summary>0: off.</summary>
    public int TopK { get; init; }

    /// <summary>1: off.</summary>
    public float TopP { get; init; } = 1;
}
