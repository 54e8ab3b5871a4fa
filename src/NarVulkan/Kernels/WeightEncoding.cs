using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Rounds rows of float32 weights to the precision in which they are stored on the device.</summary>
internal static class WeightEncoding
{
    public static int BytesPerWeight(WeightPrecision precision) => precision == WeightPrecision.Float32 ? 4 : 2;

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
                return EncodeFloat16(weights, MemoryMarshal.Cast<byte, Half>(destination));
            default:
                return EncodeBFloat16(weights, MemoryMarshal.Cast<byte, ushort>(destination));
        }
    }

    private static bool EncodeFloat16(ReadOnlySpan<float> weights, Span<Half> destination)
    {
        var inRange = true;
        for (var i = 0; i < weights.Length; i++)
        {
            var half = (Half)weights[i];
            inRange &= !Half.IsInfinity(half) || float.IsInfinity(weights[i]);
            destination[i] = half;
        }

        return inRange;
    }

    private static bool EncodeBFloat16(ReadOnlySpan<float> weights, Span<ushort> destination)
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
}
