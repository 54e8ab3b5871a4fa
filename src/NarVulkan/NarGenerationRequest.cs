namespace NarVulkan;

/// <summary>A batch of samples to generate. Sample i draws from random stream (Seed, FirstSample + i), whatever else is in the batch.</summary>
public sealed record NarGenerationRequest
{
    /// <summary>Class of each sample; -1 is unconditional. Frame prediction takes one entry (of any value) for each sample.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>Condition of frame prediction: [samples, condition tokens], the separator last.</summary>
    public int[]? ConditionTokens { get; init; }

    /// <summary>Seed of every random stream.</summary>
    public ulong Seed { get; init; }

    /// <summary>Stream index of the first sample.</summary>
    public uint FirstSample { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required NarSampling Sampling { get; init; }

    /// <summary>Whether logits are returned.</summary>
    public bool KeepLogits { get; init; }

    /// <summary>Whether tokens are decoded to frames; needs a tokenizer.</summary>
    public bool DecodeFrames { get; init; } = true;

    /// <summary>Most samples that run side by side; 0 lets the engine choose.</summary>
    public int MaxBatch { get; init; }
}
