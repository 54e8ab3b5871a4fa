using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>Tells whether stored numbers are finite: infinities and what is no number have the largest exponent, and nothing else has.</summary>
internal static class FiniteNumbers
{
    private const ulong DoubleExponent = 0x7ff0000000000000;
    private const uint SingleExponent = 0x7f800000;
    private const ushort HalfExponent = 0x7c00, BrainExponent = 0x7f80;

    /// <summary>Whether all of them are.</summary>
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <param name="bytes">Little-endian elements; need not be aligned.</param>
    public static bool All(WeightType type, ReadOnlySpan<byte> bytes) => type switch
    {
        WeightType.F64 => None(MemoryMarshal.Cast<byte, ulong>(bytes), DoubleExponent),
        WeightType.F32 => None(MemoryMarshal.Cast<byte, uint>(bytes), SingleExponent),
        WeightType.F16 => None(MemoryMarshal.Cast<byte, ushort>(bytes), HalfExponent),
        WeightType.BF16 => None(MemoryMarshal.Cast<byte, ushort>(bytes), BrainExponent),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type that devices store"),
    };

    /// <summary>How many of them are not.</summary>
    /// <param name="type">As for <see cref="All"/>.</param>
    /// <param name="bytes">As for <see cref="All"/>.</param>
    public static long CountOthers(WeightType type, ReadOnlySpan<byte> bytes)
    {
        if (All(type, bytes))
        {
            return 0;
        }
        long others = 0;
        for (int size = type.ByteSize(), at = 0; at < bytes.Length; at += size)
        {
            others += All(type, bytes.Slice(at, size)) ? 0 : 1;
        }
        return others;
    }

    // Compiled for good at once, see WeightEncoding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool None<T>(ReadOnlySpan<T> elements, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var largest = new Vector<T>(exponent);
        int i = 0;
        for (; i <= elements.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(elements[i..]) & largest, largest))
            {
                return false;
            }
        }
        for (; i < elements.Length; i++)
        {
            if ((elements[i] & exponent) == exponent)
            {
                return false;
            }
        }
        return true;
    }
}
