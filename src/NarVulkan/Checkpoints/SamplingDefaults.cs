namespace NarVulkan.Checkpoints;

/// <summary>The settings that a model is best sampled with.</summary>
internal sealed record SamplingDefaults
{
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
