namespace NarVulkan.Checkpoints;

/// <summary>Families of tokenizers (token decoders).</summary>
internal enum TokenizerKind
{
    /// <summary>LARP, video.</summary>
    Larp,

    /// <summary>LlamaGen's VQ-16, images.</summary>
    Vq,
}
