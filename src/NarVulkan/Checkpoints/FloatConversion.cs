using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>Little-endian floating-point bytes to float32.</summary>
internal static class FloatConversion
{
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <param name="source">As many elements as <paramref name="destination"/>; need not be aligned.</param>
    /// <param name="destination">Receives the values; F64 is rounded to nearest, the others are exact.</param>
    public static void ToSingle(WeightType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case WeightType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return;
            case WeightType.F16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(source);
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)halves[i];
                }
                return;
            case WeightType.BF16:
                // bfloat16 is the upper half of a float32.
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(source);
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                }
                return;
            case WeightType.F64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(source);
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)doubles[i];
                }
                return;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "not a floating-point type");
        }
    }
}
