using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NarVulkan.Quantization;

namespace NarVulkan.Kernels;

/// <summary>
/// Rounds rows of float32 weights to the precision in which they are stored on the device. Its loops are compiled for good at once: loading a model is over
/// before the runtime would find out that they run often.
/// </summary>
internal static class WeightEncoding
{
    /// <summary>Bits of a float32 without the sign.</summary>
    private const uint Magnitude = 0x7fffffff;

    /// <summary>Bits of 2^-14, of 0.5, and of 65520: the first that rounds to infinity rather than to the largest half.</summary>
    private const uint SmallestNormalHalf = 0x38800000, HalfOne = 0x3f000000, FirstAboveHalf = 0x477ff000;

    /// <summary>Bits of the first float32 that rounds to infinity rather than to the largest bfloat16.</summary>
    private const uint FirstAboveBFloat16 = 0x7f7f8000;

    /// <summary>Of the precisions in which a weight stands for itself.</summary>
    public static int BytesPerWeight(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float32 => 4,
        WeightPrecision.Float16 or WeightPrecision.BFloat16 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "has no bytes of its own for each weight"),
    };

    /// <summary>Bytes of so many weights of a matrix, without what fills it up.</summary>
    public static Int128 Bytes(WeightPrecision precision, Int128 weights) => precision == WeightPrecision.Q8
        ? weights + (weights + Q8Blocks.Length - 1) / Q8Blocks.Length * sizeof(ushort)
        : weights * BytesPerWeight(precision);

    /// <summary>Rounds to nearest, ties to even; little-endian.</summary>
    /// <returns>False when a finite weight is outside the range of the precision.</returns>
    public static bool Encode(ReadOnlySpan<float> weights, WeightPrecision precision, Span<byte> destination)
    {
        switch (precision)
        {
            case WeightPrecision.Float32:
                MemoryMarshal.AsBytes(weights).CopyTo(destination);
                return true;
            case WeightPrecision.Float16:
                return EncodeFloat16(weights, MemoryMarshal.Cast<byte, ushort>(destination));
            case WeightPrecision.BFloat16:
                return EncodeBFloat16(weights, MemoryMarshal.Cast<byte, ushort>(destination));
            default:
                throw new ArgumentOutOfRangeException(nameof(precision), precision, "weights have no form of their own");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool EncodeFloat16(ReadOnlySpan<float> weights, Span<ushort> destination)
    {
        var inRange = true;
        var i = 0;
        for (; i <= weights.Length - 2 * Vector<float>.Count; i += 2 * Vector<float>.Count)
        {
            var low = new Vector<float>(weights[i..]);
            var high = new Vector<float>(weights[(i + Vector<float>.Count)..]);
            if (ReachesAny(low, high, FirstAboveHalf))
            {
                inRange &= EncodeFloat16OneByOne(weights.Slice(i, 2 * Vector<float>.Count), destination[i..]);
            }
            else
            {
                Vector.Narrow(Float16Bits(low), Float16Bits(high)).CopyTo(destination[i..]);
            }
        }

        return inRange & EncodeFloat16OneByOne(weights[i..], destination[i..]);
    }

    private static bool EncodeFloat16OneByOne(ReadOnlySpan<float> weights, Span<ushort> destination)
    {
        var inRange = true;
        for (var i = 0; i < weights.Length; i++)
        {
            var half = (Half)weights[i];
            inRange &= !Half.IsInfinity(half) || float.IsInfinity(weights[i]);
            destination[i] = BitConverter.HalfToUInt16Bits(half);
        }

        return inRange;
    }

    /// <summary>Float16 in the lower half of each element. The values must be below <see cref="FirstAboveHalf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Float16Bits(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        var magnitude = bits & new Vector<uint>(Magnitude);
        // 13 bits of the fraction go; the exponent's bias shrinks by 112. A carry out of the fraction raises the exponent, as it should.
        var normal = (magnitude + new Vector<uint>(0xfff) + ((magnitude >>> 13) & Vector<uint>.One) - new Vector<uint>(112u << 23)) >>> 13;
        // Beside 0.5 a float's last bit is 2^-24, the unit of subnormal halves: the addition itself rounds to it, ties to even.
        var subnormal = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + new Vector<float>(0.5f)) - new Vector<uint>(HalfOne);
        return Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<uint>(SmallestNormalHalf)), subnormal, normal) | ((bits >>> 16) & new Vector<uint>(0x8000));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool EncodeBFloat16(ReadOnlySpan<float> weights, Span<ushort> destination)
    {
        var inRange = true;
        var i = 0;
        for (; i <= weights.Length - 2 * Vector<float>.Count; i += 2 * Vector<float>.Count)
        {
            var low = new Vector<float>(weights[i..]);
            var high = new Vector<float>(weights[(i + Vector<float>.Count)..]);
            if (ReachesAny(low, high, FirstAboveBFloat16))
            {
                inRange &= EncodeBFloat16OneByOne(weights.Slice(i, 2 * Vector<float>.Count), destination[i..]);
            }
            else
            {
                Vector.Narrow(BFloat16Bits(low), BFloat16Bits(high)).CopyTo(destination[i..]);
            }
        }

        return inRange & EncodeBFloat16OneByOne(weights[i..], destination[i..]);
    }

    private static bool EncodeBFloat16OneByOne(ReadOnlySpan<float> weights, Span<ushort> destination)
    {
        var inRange = true;
        for (var i = 0; i < weights.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(weights[i]);
            // A NaN must not be carried into infinity by rounding.
            var rounded = float.IsNaN(weights[i]) ? bits | 0x400000u : bits + 0x7fffu + ((bits >> 16) & 1u);
            destination[i] = (ushort)(rounded >> 16);
            inRange &= (destination[i] & 0x7fff) != 0x7f80 || float.IsInfinity(weights[i]);
        }

        return inRange;
    }

    /// <summary>Bfloat16 in the lower half of each element. The values must be below <see cref="FirstAboveBFloat16"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> BFloat16Bits(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        return (bits + new Vector<uint>(0x7fff) + ((bits >>> 16) & Vector<uint>.One)) >>> 16;
    }

    /// <summary>Whether a magnitude is at or beyond the one with these bits; infinities and NaNs always are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReachesAny(Vector<float> low, Vector<float> high, uint bits)
    {
        var limit = new Vector<uint>(bits);
        var magnitude = new Vector<uint>(Magnitude);
        return Vector.GreaterThanOrEqualAny(Vector.AsVectorUInt32(low) & magnitude, limit)
            || Vector.GreaterThanOrEqualAny(Vector.AsVectorUInt32(high) & magnitude, limit);
    }
}
