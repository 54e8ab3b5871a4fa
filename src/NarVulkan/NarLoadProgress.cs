namespace NarVulkan;

/// <summary>How far loading has come.</summary>
/// <param name="WeightsDone">Weights of the generator and of the tokenizer's decoder that were read, converted and uploaded.</param>
/// <param name="WeightsTotal">Weights to load in all, about; 0 while checksums are compared.</param>
public readonly record struct NarLoadProgress(long WeightsDone, long WeightsTotal)
{
    /// <summary>Bytes of files whose checksums were computed; see <see cref="NarLoadOptions.VerifyChecksums"/>.</summary>
    public long BytesVerified { get; init; }

    /// <summary>Bytes of all files whose checksums are compared; 0 where none are.</summary>
    public long BytesToVerify { get; init; }
}
