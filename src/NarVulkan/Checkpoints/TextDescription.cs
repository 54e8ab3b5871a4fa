namespace NarVulkan.Checkpoints;

/// <summary>What a model folder says about its text encoder.</summary>
/// <param name="WeightsPath">Full path of an existing file.</param>
/// <param name="TokenizerPath">Full path of an existing SentencePiece model.</param>
/// <param name="ConfigPath">Full path of an existing file with the encoder's settings.</param>
/// <param name="Tokens">Tokens that a prompt is padded or cut to.</param>
internal sealed record TextDescription(string WeightsPath, string TokenizerPath, string ConfigPath, int Tokens)
{
    /// <summary>Tokens of the published text-to-image models' condition.</summary>
    public const int PublishedTokens = 120;
}
