using System.Runtime.InteropServices;
using NarVulkan.Kernels;
using Xunit;

namespace NarVulkan.Tests.Kernels;

public sealed class WeightEncodingTests
{
    /// <summary>Vectors are of 4 to 16 values, and two are packed at once: a tail behind every one of them.</summary>
    private const int OddLength = 75;

    [Fact]
    public void Encode_Float16_RoundsAsTheRuntimeDoes()
    {
        var values = AroundEveryHalf().Concat(Extremes()).ToArray();

        AssertEncodes(values, WeightPrecision.Float16, values.Select(value => BitConverter.HalfToUInt16Bits((Half)value)).ToArray());
    }

    [Fact]
    public void Encode_BFloat16_RoundsToTheNearestEven()
    {
        var random = new Random(5);
        var values = AroundEveryBFloat16().Concat(Extremes()).Concat(Enumerable.Range(0, 100_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))).ToArray();

        AssertEncodes(values, WeightPrecision.BFloat16, values.Select(Nearest).ToArray());

        static ushort Nearest(float value)
        {
            uint bits = BitConverter.SingleToUInt32Bits(value);
            if (!float.IsFinite(value))
            {
                return (ushort)((bits >> 16) | (float.IsNaN(value) ? 0x40u : 0));
            }
            // The neighbour towards zero and the next one away from it; beyond the largest lies what would be 2^128.
            uint below = bits >> 16, above = below + 1;
            double toBelow = Math.Abs(value - Value(below)), toAbove = Math.Abs(Value(above) - value);
            return (ushort)(toBelow < toAbove || (toBelow == toAbove && below % 2 == 0) ? below : above);

            static double Value(uint upper) => (upper & 0x7fff) == 0x7f80
                ? Math.ScaleB((upper & 0x8000) == 0 ? 1 : -1, 128)
                : BitConverter.UInt32BitsToSingle(upper << 16);
        }
    }

    [Theory]
    [InlineData(nameof(WeightPrecision.Float16), 65519.996f, 65520f)]
    [InlineData(nameof(WeightPrecision.BFloat16), 3.3961773e38f, 3.3961775e38f)]
    public void Encode_ValueOutOfRange_IsToldWhereverItStands(string precision, float largest, float beyond)
    {
        var destination = new byte[OddLength * 2];
        for (int at = 0; at < OddLength; at++)
        {
            Assert.True(EncodeWith(at, largest), $"{largest} at {at}");
            Assert.True(EncodeWith(at, -largest), $"{-largest} at {at}");
            Assert.True(EncodeWith(at, float.PositiveInfinity), $"infinity at {at}");
            Assert.False(EncodeWith(at, beyond), $"{beyond} at {at}");
            Assert.False(EncodeWith(at, -beyond), $"{-beyond} at {at}");
            Assert.False(EncodeWith(at, float.MaxValue), $"largest float at {at}");
        }

        bool EncodeWith(int at, float value)
        {
            var values = new float[OddLength];
            values[at] = value;
            return WeightEncoding.Encode(values, Enum.Parse<WeightPrecision>(precision), destination);
        }
    }

    private static void AssertEncodes(float[] values, WeightPrecision precision, ushort[] expected)
    {
        var encoded = new byte[values.Length * 2];
        WeightEncoding.Encode(values, precision, encoded);
        var found = MemoryMarshal.Cast<byte, ushort>(encoded).ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(expected[i] == found[i], $"{values[i]:R} became {found[i]:x4}, not {expected[i]:x4}");
        }
    }

    /// <summary>Every half, the middle between it and the next, and the floats beside both.</summary>
    private static IEnumerable<float> AroundEveryHalf() => Enumerable.Range(0, 0x7c00).SelectMany(bits => (float[])
        [(float)BitConverter.UInt16BitsToHalf((ushort)bits), Middle((float)BitConverter.UInt16BitsToHalf((ushort)bits), bits == 0x7bff ? 65536 : (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1)))])
        .SelectMany(Neighbours);

    private static IEnumerable<float> AroundEveryBFloat16() => Enumerable.Range(0, 0x7f80).SelectMany(bits => (float[])
        [BitConverter.Int32BitsToSingle(bits << 16), BitConverter.Int32BitsToSingle((bits << 16) + 0x8000)])
        .SelectMany(Neighbours);

    private static IEnumerable<float> Neighbours(float value)
    {
        foreach (float near in (float[])[value, MathF.BitIncrement(value), MathF.BitDecrement(value)])
        {
            yield return near;
            yield return -near;
        }
    }

    private static float Middle(float low, float high) => low + (high - low) / 2;

    private static IEnumerable<float> Extremes() =>
        [float.PositiveInfinity, float.NegativeInfinity, float.NaN, -float.NaN, BitConverter.UInt32BitsToSingle(0x7f800001), float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon];
}
