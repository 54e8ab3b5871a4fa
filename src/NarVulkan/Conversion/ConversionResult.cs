namespace NarVulkan.Conversion;

/// <summary>What was written.</summary>
/// <param name="Tensors">Their number.</param>
/// <param name="Bytes">Bytes of their data.</param>
internal readonly record struct ConversionResult(int Tensors, long Bytes);
