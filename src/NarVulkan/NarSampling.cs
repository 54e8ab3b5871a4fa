namespace NarVulkan;

/// <summary>How tokens are drawn from logits.</summary>
public sealed record NarSampling
{
    /// <summary>Classifier-free guidance: logits = u + (c - u) * scale. Off at 1 and below.</summary>
    public float GuidanceScale { get; init; } = 1f;

    /// <summary>
    /// How many tokens guidance lasts, counted as the model's original counts them; negative: to the end. NAR: off for good at the first step
    /// before which more tokens were sampled. LlamaGen and LARP: the first token and the next <c>GuidanceInterval + 1</c> are guided.
    /// PAR: counted anew when it turns from serial to parallel, so that guidance comes back on.
    /// </summary>
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
