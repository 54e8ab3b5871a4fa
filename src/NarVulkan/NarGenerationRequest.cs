namespace NarVulkan;

/// <summary>A batch of samples to generate. Each sample draws from a random stream of its own, whatever else is in the batch.</summary>
public sealed record NarGenerationRequest
{
    /// <summary>Class of each sample; -1 is unconditional. Models that are conditioned otherwise take one entry (of any value) for each sample.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>Condition of frame prediction: [samples, condition tokens], the separator last.</summary>
    public int[]? ConditionTokens { get; init; }

    /// <summary>Condition of text-to-image models; null for the others.</summary>
    public NarTextCondition? Text { get; init; }

    /// <summary>
    /// Tokens to continue, [samples, tokens] in raster order: those that the first <see cref="KeptSteps"/> steps would sample are taken from here,
    /// the rest is generated. Null where nothing is kept.
    /// </summary>
    public int[]? KeptTokens { get; init; }

    /// <summary>Leading steps whose tokens are kept; 0 up to the model's steps.</summary>
    public int KeptSteps { get; init; }

    /// <summary>Seed of every random stream.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Random stream of each sample: with the seed it fixes every token, whatever else is asked for. Null: sample i draws from stream i.
    /// Samples of the same class need different streams to differ. The command line's, for the k-th sample of a class (from 0): ((class + 1) &lt;&lt; 16) + k.
    /// </summary>
    public IReadOnlyList<uint>? Streams { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required NarSampling Sampling { get; init; }

    /// <summary>Whether logits are returned.</summary>
    public bool KeepLogits { get; init; }

    /// <summary>Whether tokens are decoded to frames; needs a tokenizer.</summary>
    public bool DecodeFrames { get; init; } = true;

    /// <summary>Most samples that run side by side; 0 lets the engine choose.</summary>
    public int MaxBatch { get; init; }
}
