using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>Little-endian floating-point bytes to float32. Compiled for good at once, see <see cref="Kernels.WeightEncoding"/>.</summary>
internal static class FloatConversion
{
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <param name="source">As many elements as <paramref name="destination"/>; need not be aligned.</param>
    /// <param name="destination">Receives the values; F64 is rounded to nearest, the others are exact.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(WeightType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case WeightType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return;
            case WeightType.F16:
                FromHalves(MemoryMarshal.Cast<byte, ushort>(source), destination);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromHalves(ReadOnlySpan<ushort> halves, Span<float> destination)
    {
        int i = 0;
        for (; i <= destination.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(halves[i..]), out Vector<uint> low, out Vector<uint> high);
            FromHalfBits(low).CopyTo(destination[i..]);
            FromHalfBits(high).CopyTo(destination[(i + Vector<float>.Count)..]);
        }
        for (; i < destination.Length; i++)
        {
            destination[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
        }
    }

    // Read as a float32 with the fraction in place, a half is too small by 2^112, subnormal or not; the product restores it exactly. What
    // has the largest exponent (infinity, NaN) gets the largest exponent of float32 instead.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> FromHalfBits(Vector<uint> half)
    {
        Vector<uint> magnitude = (half & new Vector<uint>(0x7FFF)) << 13;
        Vector<uint> scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) * BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        Vector<uint> special = magnitude | new Vector<uint>(0xFFu << 23);
        Vector<uint> sign = (half & new Vector<uint>(0x8000)) << 16;
        return Vector.AsVectorSingle(sign | Vector.ConditionalSelect(Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x1Fu << 23)), special, scaled));
    }
}
