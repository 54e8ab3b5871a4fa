namespace NarVulkan;

/// <summary>How tokens are drawn from logits.</summary>
public sealed record NarSampling
{
    /// <summary>Classifier-free guidance: logits = u + (c - u) * scale. Off at 1 and below.</summary>
    public float GuidanceScale { get; init; } = 1f;

    /// <summary>Tokens after which guidance goes off for good; negative: never.</summary>
    public int GuidanceInterval { get; init; } = -1;

    /// <summary>Logits are divided by this, at least 1e-5.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Keeps the K likeliest entries and all that equal the K-th; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Drops entries once the likelier ones hold more than this probability; 1 keeps all.</summary>
    public float TopP { get; init; } = 1f;

    /// <summary>Takes the likeliest entry (the lowest index of equals) instead of drawing.</summary>
    public bool Greedy { get; init; }
}
