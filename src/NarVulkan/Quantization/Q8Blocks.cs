using System.Numerics;
using System.Runtime.CompilerServices;

namespace NarVulkan.Quantization;

/// <summary>
/// The 8-bit form of a weight matrix. Each row [K] is cut into blocks of 32 along K, the last one of what is left; a block has one
/// float16 scale s, and a weight is an int8 q in -127..127 that stands for q s.
/// <para>
/// The scale is float16 rather than float32: with its 11 bits q s has at most 19, so that the product is exact in float32. Every kernel and
/// every CPU twin then computes with the very same float32 weights, however it gets at them, and half a byte for 32 weights is all it costs. Its range
/// takes nothing away: weights below 127.5 x 65504 have a scale, and where scales are subnormal, steps are 2^-24, as those of float16 weights are.
/// </para>
/// <para>
/// s is the largest magnitude of the block over 127, rounded to a half, or the next one above where 127.5 s would not exceed that magnitude; q is w / s rounded to
/// the nearest integer, ties to even, against the scale as stored. Hence |w - q s| is at most s / 2, with no clamping.
/// </para>
/// <para>Its loops are compiled for good at once, see <see cref="Kernels.WeightEncoding"/>.</para>
/// </summary>
internal static class Q8Blocks
{
    /// <summary>Weights that share a scale.</summary>
    public const int Length = 32;

    private const float Largest = 127f, FirstAbove = 127.5f;

    // Beside this a float's last bit is 1: the addition itself rounds to an integer, ties to even, which is then in the lowest bits.
    private const float Rounder = 12582912f;

    private const uint Magnitude = 0x7fffffff, Infinity = 0x7f800000;

    /// <summary>Blocks, and scales, of a row of <paramref name="depth"/> weights.</summary>
    public static int Count(int depth) => (int)(((long)depth + Length - 1) / Length);

    /// <summary>Rounds a row.</summary>
    /// <param name="row">[K] weights.</param>
    /// <param name="weights">Receives q, [K].</param>
    /// <param name="scales">Receives s, [<see cref="Count"/>].</param>
    /// <returns>False when a weight is not a finite number or too large for a scale; what was received is then of no use.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Quantize(ReadOnlySpan<float> row, Span<sbyte> weights, Span<Half> scales)
    {
        for (int block = 0; block < Count(row.Length); block++)
        {
            int first = block * Length, count = Math.Min(Length, row.Length - first);
            var values = row.Slice(first, count);
            if (Scale(LargestMagnitude(values)) is not { } scale)
            {
                return false;
            }
            scales[block] = scale;
            QuantizeBlock(values, (float)scale, weights.Slice(first, count));
        }
        return true;
    }

    /// <summary>The float32 weights that a row stands for, exactly.</summary>
    /// <param name="weights">q, [K].</param>
    /// <param name="scales">s, [<see cref="Count"/>].</param>
    /// <param name="row">Receives q s, [K].</param>
    public static void Dequantize(ReadOnlySpan<sbyte> weights, ReadOnlySpan<Half> scales, Span<float> row)
    {
        for (int block = 0; block < Count(weights.Length); block++)
        {
            float scale = (float)scales[block];
            int end = Math.Min(weights.Length, (block + 1) * Length);
            for (int k = block * Length; k < end; k++)
            {
                row[k] = weights[k] * scale;
            }
        }
    }

    /// <summary>Whether scales are such as <see cref="Quantize"/> makes: finite, and not negative. What a file holds need not be.</summary>
    public static bool AreValid(ReadOnlySpan<Half> scales)
    {
        foreach (Half scale in scales)
        {
            // Not a number compares with nothing.
            if (!(scale >= Half.Zero && Half.IsFinite(scale)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The scale of a block with this largest magnitude; null where there is none.</summary>
    private static Half? Scale(float largest)
    {
        if (!float.IsFinite(largest))
        {
            return null;
        }
        var scale = (Half)Math.Min(largest / Largest, (float)Half.MaxValue);
        // A product of 8 and 11 bits: exact.
        while (largest > 0 && largest >= FirstAbove * (float)scale)
        {
            scale = Half.BitIncrement(scale);
        }
        return Half.IsFinite(scale) ? scale : null;
    }

    /// <summary>The largest magnitude; what is not finite counts as larger than all numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        // Bits of magnitudes are ordered as magnitudes are, with infinity and then what is no number above them.
        var most = Vector<uint>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            most = Vector.Max(most, Vector.AsVectorUInt32(new Vector<float>(values[i..])) & new Vector<uint>(Magnitude));
        }
        uint largest = 0;
        for (int lane = 0; lane < Vector<uint>.Count; lane++)
        {
            largest = Math.Max(largest, most[lane]);
        }
        for (; i < values.Length; i++)
        {
            largest = Math.Max(largest, BitConverter.SingleToUInt32Bits(values[i]) & Magnitude);
        }
        return BitConverter.UInt32BitsToSingle(Math.Min(largest, Infinity));
    }

    /// <summary>
    /// The quotient may be rounded before it is rounded to an integer: a tie (q + 1/2) s is a float32 of at most 19 bits, and a weight beside it is
    /// a whole float32 step away, which is more than the quotient's rounding can make up, since s has a significand below 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void QuantizeBlock(ReadOnlySpan<float> values, float scale, Span<sbyte> weights)
    {
        if (scale == 0f)
        {
            weights.Clear();
            return;
        }
        var rounder = new Vector<float>(Rounder);
        var divisor = new Vector<float>(scale);
        int i = 0, step = Vector<float>.Count;
        for (; i <= values.Length - 4 * step; i += 4 * step)
        {
            var low = Vector.Narrow(Round(values[i..]), Round(values[(i + step)..]));
            var high = Vector.Narrow(Round(values[(i + 2 * step)..]), Round(values[(i + 3 * step)..]));
            Vector.Narrow(low, high).CopyTo(weights[i..]);
        }
        for (; i < values.Length; i++)
        {
            weights[i] = (sbyte)MathF.Round(values[i] / scale, MidpointRounding.ToEven);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector<int> Round(ReadOnlySpan<float> four) =>
            Vector.AsVectorInt32(new Vector<float>(four) / divisor + rounder) - Vector.AsVectorInt32(rounder);
    }
}
