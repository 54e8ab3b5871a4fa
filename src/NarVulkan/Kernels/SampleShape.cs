namespace NarVulkan.Kernels;

/// <summary>What one dispatch of <see cref="SampleKernel"/> draws.</summary>
/// <param name="TokensSampled">Tokens per sample in this dispatch.</param>
/// <param name="TokensOffset">Order of generation of the first of them.</param>
/// <param name="TokenCapacity">Tokens per sample in the token buffer.</param>
internal readonly record struct SampleShape(int Samples, int TokensSampled, int TokensOffset, int TokenCapacity, int Vocabulary)
{
    /// <summary>Floats from one row of logits to the next.</summary>
    public int LogitsStride { get; init; } = Vocabulary;
}
