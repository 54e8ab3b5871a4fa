namespace NarVulkan;

/// <summary>What a loaded model is.</summary>
public sealed record NarModelInfo
{
    /// <summary>Name from the model folder.</summary>
    public required string Name { get; init; }

    /// <summary>Generator architecture such as <c>nar-c2v</c>, or <c>larp</c> or <c>vq</c> where only a tokenizer was loaded.</summary>
    public required string Architecture { get; init; }

    /// <summary>Whether tokens become images or clips.</summary>
    public required NarMedia Media { get; init; }

    /// <summary>Token grid: [frames, rows, columns], one frame for an image; empty for a tokenizer that takes any grid and has no generator.</summary>
    public required IReadOnlyList<int> Grid { get; init; }

    /// <summary>Tokens of one sample; 0 where <see cref="Grid"/> is empty.</summary>
    public required int TokenCount { get; init; }

    /// <summary>Codebook size, V.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Classes that can be asked for; 0 where the model has none.</summary>
    public int ClassCount { get; init; }

    /// <summary>Class names, where the folder lists them.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Condition tokens, Tc.</summary>
    public int ConditionTokens { get; init; }

    /// <summary>Width of the text features that condition the model, C; 0 where it takes none.</summary>
    public int TextFeatureWidth { get; init; }

    /// <summary>Whether the folder has a text encoder, so that a request can be made of prompts.</summary>
    public bool TakesPrompts { get; init; }

    /// <summary>Sizes of the generator's transformer; null without one.</summary>
    public NarTransformerSize? Transformer { get; init; }

    /// <summary>Order of generation in words; null without a generator.</summary>
    public string? Schedule { get; init; }

    /// <summary>Model steps of one generation.</summary>
    public int Steps { get; init; }

    /// <summary>Tokens of a sample that each step makes; empty without a generator.</summary>
    public IReadOnlyList<int> TokensPerStep { get; init; } = [];

    /// <summary>Pixel frames of a decoded sample, 1 for an image; 0 without a tokenizer.</summary>
    public int Frames { get; init; }

    /// <summary>Pixel rows of a decoded sample; 0 without a tokenizer or where <see cref="Grid"/> is empty.</summary>
    public int Height { get; init; }

    /// <summary>Pixel columns of a decoded sample; 0 without a tokenizer or where <see cref="Grid"/> is empty.</summary>
    public int Width { get; init; }

    /// <summary>Pixel rows (and columns) of one token, for image tokenizers; 0 otherwise.</summary>
    public int PixelsPerToken { get; init; }

    /// <summary>Whether tokens can be generated.</summary>
    public bool HasGenerator { get; init; }

    /// <summary>Whether tokens can be decoded to pixels and pixels encoded to tokens.</summary>
    public bool HasTokenizer { get; init; }

    /// <summary>The folder's default sampling.</summary>
    public required NarSampling Sampling { get; init; }

    /// <summary>How the generator's (without one, the tokenizer's) weights are kept on the device.</summary>
    public required NarPrecision Precision { get; init; }

    /// <summary>Weights, counted.</summary>
    public long ParameterCount { get; init; }

    /// <summary>Bytes of device memory that the weights take.</summary>
    public long WeightBytes { get; init; }

    /// <summary>One line that a user should know about this model; null where there is none.</summary>
    public string? Note { get; init; }
}
