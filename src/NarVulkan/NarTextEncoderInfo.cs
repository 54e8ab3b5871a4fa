namespace NarVulkan;

/// <summary>What a loaded text encoder is.</summary>
public sealed record NarTextEncoderInfo
{
    /// <summary>Name from the model folder.</summary>
    public required string Name { get; init; }

    /// <summary>Tokens that a prompt is padded or cut to, Tc.</summary>
    public required int Tokens { get; init; }

    /// <summary>Width of the features, C.</summary>
    public required int FeatureWidth { get; init; }

    /// <summary>Rows of the encoder's embedding table; ids are below it.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Tokens of the longest text that the device encodes.</summary>
    public required int LongestText { get; init; }

    /// <summary>Sizes of its transformer.</summary>
    public required NarTransformerSize Transformer { get; init; }

    /// <summary>How its weights are kept on the device.</summary>
    public required NarPrecision Precision { get; init; }

    /// <summary>Weights, counted.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Bytes of device memory that the weights take.</summary>
    public required long WeightBytes { get; init; }
}
