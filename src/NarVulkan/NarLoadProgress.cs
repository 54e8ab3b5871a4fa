namespace NarVulkan;

/// <summary>How far loading has come.</summary>
/// <param name="BytesDone">Bytes of the files that were read, converted and uploaded.</param>
/// <param name="BytesTotal">Bytes to read in all.</param>
public readonly record struct NarLoadProgress(long BytesDone, long BytesTotal);
