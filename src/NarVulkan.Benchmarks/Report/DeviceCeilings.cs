namespace NarVulkan.Benchmarks.Report;

/// <summary>What the device did at most when it had nothing else to do: the yardsticks of everything else.</summary>
/// <param name="CopyBytesPerSecond">Bytes read and written each second by a copy of a large buffer.</param>
/// <param name="CopyBytes">Size of that buffer.</param>
/// <param name="MultiplyAddsPerSecond">Float32 multiply-adds in registers; matrix units can do more.</param>
internal sealed record DeviceCeilings(double CopyBytesPerSecond, ulong CopyBytes, double MultiplyAddsPerSecond);
