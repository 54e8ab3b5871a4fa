using NarVulkan.Kernels;
using NarVulkan.Quantization;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/matmul_integer.comp</c>: y = epilogue(rounded(x) W^T) with weights in <see cref="Q8Blocks"/>.</summary>
internal static class MatmulIntegerReference
{
    /// <summary>The largest integer that an activation becomes: 2^14.</summary>
    private const int Bits = 14;

    /// <summary>Biased exponent of the smallest scale that is no subnormal number, and of what is no finite number.</summary>
    private const uint LeastExponent = Bits, NotFinite = 255;

    /// <summary>As <see cref="MatmulReference.Apply"/>, with activations as <see cref="Round"/> leaves them.</summary>
    public static void Apply(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> weights, int depth, ReadOnlySpan<float> bias, Span<float> y, int yStride, int rows, MatmulEpilogue epilogue) =>
        MatmulReference.Apply(Rounded(x, xStride, depth, rows), xStride, weights, depth, bias, y, yStride, rows, epilogue);

    /// <summary>What the kernel makes of a row of activations: integers X of each block of 32, and the power of two t that it has; the last block is of what is left.</summary>
    /// <param name="row">[K].</param>
    /// <param name="integers">Receives X, [K].</param>
    /// <param name="scales">Receives t, [<see cref="Q8Blocks.Count"/>]; NaN where something in the block is not finite.</param>
    public static void Round(ReadOnlySpan<float> row, Span<int> integers, Span<float> scales)
    {
        for (var block = 0; block < scales.Length; block++)
        {
            var first = block * Q8Blocks.Length;
            var values = row.Slice(first, Math.Min(Q8Blocks.Length, row.Length - first));
            var exponent = LeastExponent;
            foreach (var value in values)
            {
                exponent = Math.Max(exponent, (BitConverter.SingleToUInt32Bits(value) >> 23) & NotFinite);
            }

            if (exponent == NotFinite)
            {
                scales[block] = float.NaN;
                integers.Slice(first, values.Length).Clear();
                continue;
            }

            scales[block] = BitConverter.UInt32BitsToSingle((exponent - Bits + 1) << 23);
            for (var i = 0; i < values.Length; i++)
            {
                // By a power of two: exact.
                integers[first + i] = (int)MathF.Round(values[i] / scales[block], MidpointRounding.ToEven);
            }
        }
    }

    /// <summary>The sums of a row: for every block the exact integer, and one chain of fused multiply-adds over blocks, as in the kernel where K is one segment.</summary>
    /// <param name="row">[K] activations.</param>
    /// <param name="weights">q, [N, K].</param>
    /// <param name="weightScales">s, [N, blocks of K].</param>
    /// <param name="sums">Receives [N].</param>
    public static void Products(ReadOnlySpan<float> row, ReadOnlySpan<sbyte> weights, ReadOnlySpan<Half> weightScales, Span<float> sums)
    {
        var integers = new int[row.Length];
        var scales = new float[Q8Blocks.Count(row.Length)];
        Round(row, integers, scales);
        for (var n = 0; n < sums.Length; n++)
        {
            var chain = 0f;
            for (var block = 0; block < scales.Length; block++)
            {
                var sum = 0;
                for (var k = block * Q8Blocks.Length; k < Math.Min(row.Length, (block + 1) * Q8Blocks.Length); k++)
                {
                    sum += integers[k] * weights[n * row.Length + k];
                }

                chain = MathF.FusedMultiplyAdd(sum, scales[block] * (float)weightScales[n * scales.Length + block], chain);
            }

            sums[n] = chain;
        }
    }

    private static float[] Rounded(ReadOnlySpan<float> x, int xStride, int depth, int rows)
    {
        var rounded = x.ToArray();
        var integers = new int[depth];
        var scales = new float[Q8Blocks.Count(depth)];
        for (var row = 0; row < rows; row++)
        {
            Round(x.Slice(row * xStride, depth), integers, scales);
            for (var k = 0; k < depth; k++)
            {
                rounded[row * xStride + k] = integers[k] * scales[k / Q8Blocks.Length];
            }
        }

        return rounded;
    }
}
