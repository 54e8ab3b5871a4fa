using NarVulkan.Kernels;
using NarVulkan.Quantization;

namespace NarVulkan.Tests.Kernels;

/// <summary>Weights as a device holds them.</summary>
internal static class RoundedWeights
{
    /// <summary>Rows of <paramref name="depth"/> weights, such that storing them in the precision changes nothing more.</summary>
    public static float[] Of(float[] weights, int depth, WeightPrecision precision)
    {
        if (precision != WeightPrecision.Q8)
        {
            return Array.ConvertAll(weights, weight => Of(weight, precision));
        }

        var rounded = new float[weights.Length];
        var bytes = new sbyte[depth];
        var scales = new Half[Q8Blocks.Count(depth)];
        for (var row = 0; row < weights.Length; row += depth)
        {
            Q8Blocks.Quantize(weights.AsSpan(row, depth), bytes, scales);
            Q8Blocks.Dequantize(bytes, scales, rounded.AsSpan(row, depth));
        }

        return rounded;
    }

    private static float Of(float weight, WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float16 => (float)(Half)weight,
        WeightPrecision.BFloat16 => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(weight) & 0xffff0000u),
        _ => weight,
    };
}
