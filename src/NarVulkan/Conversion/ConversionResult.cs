namespace NarVulkan.Conversion;

/// <summary>What was written.</summary>
/// <param name="Tensors">Their number.</param>
/// <param name="Bytes">Bytes of their data.</param>
/// <param name="Damaged">Tensors with values that are not finite numbers, as they were written.</param>
internal readonly record struct ConversionResult(int Tensors, long Bytes, IReadOnlyList<DamagedTensor> Damaged);
