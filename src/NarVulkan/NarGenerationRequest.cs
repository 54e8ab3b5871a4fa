namespace NarVulkan;

/// <summary>A batch of samples to generate. Each sample draws from a random stream of its own, whatever else is in the batch.</summary>
public sealed record NarGenerationRequest
{
    /// <summary>Class of each sample, or -1: unconditional. Models that are conditioned otherwise take one entry (of any value) for each sample.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>Condition of frame prediction: [samples, condition tokens], the separator last.</summary>
    public int[]? ConditionTokens { get; init; }

    /// <summary>Condition of text-to-image models, where <see cref="Prompts"/> are not given; null for the others.</summary>
    public NarTextCondition? Text { get; init; }

    /// <summary>
    /// What text-to-image models are guided away from, of one sample for all or of each: takes the place of the model's own features of "no text", through the
    /// same projection. Without guidance it has no effect. Null: those features.
    /// </summary>
    public NarTextCondition? NegativeText { get; init; }

    /// <summary>
    /// A prompt for each sample, for models with a text encoder (<see cref="NarModelInfo.TakesPrompts"/>): cleaned and encoded as <see cref="NarTextEncoder"/>
    /// does, in place of <see cref="Text"/>. The encoder is loaded when it is first needed, and stays where the device has memory enough beside the
    /// generator; where it has not, each request takes the time of loading both.
    /// </summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>A prompt for all samples in place of <see cref="NegativeText"/>.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Whether prompts are cleaned as the original cleans captions; else they are only made lower case and trimmed.</summary>
    public bool CleanPrompts { get; init; } = true;

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
    /// Random stream of each sample: with the seed it fixes every token, whatever else is asked for. Samples of the same class need different streams to differ.
    /// Null: those of the command line, so that the same seed gives the same tokens: ((class + 1) &lt;&lt; 16) + k for the k-th sample of a class (from 0), alone or among others. The place of the class
    /// is taken by a 16-bit hash of a prompt as it was typed, and by the sample's own number where features or condition tokens are given.
    /// </summary>
    public IReadOnlyList<uint>? Streams { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required NarSampling Sampling { get; init; }

    /// <summary>Whether logits are returned.</summary>
    public bool KeepLogits { get; init; }

    /// <summary>Whether tokens are decoded to frames; needs a tokenizer.</summary>
    public bool DecodeFrames { get; init; } = true;

    /// <summary>Most samples that run side by side, 1 or more; 0 lets the engine choose.</summary>
    public int MaxBatch { get; init; }
}
