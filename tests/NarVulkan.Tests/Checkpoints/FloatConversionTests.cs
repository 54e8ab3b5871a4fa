using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class FloatConversionTests
{
    [Fact]
    public void ToSingle_EveryHalf_IsExact()
    {
        // An odd number of them, so that the last ones fill no vector.
        ushort[] halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits), 0x3C00, 0x0001, 0xFBFF];
        float[] values = new float[halves.Length];

        FloatConversion.ToSingle(WeightType.F16, MemoryMarshal.AsBytes(halves), values);

        for (int i = 0; i < halves.Length; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf(halves[i]);
            Assert.True(
                float.IsNaN(expected) ? float.IsNaN(values[i]) : BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(values[i]),
                $"{halves[i]:x4} became {values[i]:R}, not {expected:R}");
        }
    }
}
