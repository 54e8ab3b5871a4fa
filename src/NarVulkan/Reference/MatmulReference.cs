using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/matmul_tiled.comp</c>: y = epilogue(x W^T).</summary>
internal static class MatmulReference
{
    /// <summary>
    /// Products of rows. Each element is one chain of fused multiply-adds along K in float32, as in the kernel; for
    /// <see cref="MatmulEpilogue.SwiGlu"/> and <see cref="MatmulEpilogue.GeGluTanh"/> the weights are [gate; up] and y has half as many columns as they have rows.
    /// </summary>
    /// <param name="x">[rows, depth], rows <paramref name="xStride"/> apart.</param>
    /// <param name="weights">[N, depth].</param>
    /// <param name="bias">[N], or empty.</param>
    /// <param name="y">[rows, columns], rows <paramref name="yStride"/> apart; added to by the adding epilogues.</param>
    public static void Apply(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> weights, int depth, ReadOnlySpan<float> bias, Span<float> y, int yStride, int rows, MatmulEpilogue epilogue)
    {
        var products = weights.Length / depth;
        var sums = new float[products];
        for (var row = 0; row < rows; row++)
        {
            for (var n = 0; n < products; n++)
            {
                sums[n] = Dot(x.Slice(row * xStride, depth), weights.Slice(n * depth, depth));
            }

            Finish(sums, bias, y.Slice(row * yStride), epilogue);
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var k = 0; k < a.Length; k++)
        {
            sum = MathF.FusedMultiplyAdd(a[k], b[k], sum);
        }

        return sum;
    }

    private static void Finish(ReadOnlySpan<float> sums, ReadOnlySpan<float> bias, Span<float> y, MatmulEpilogue epilogue)
    {
        if (epilogue is MatmulEpilogue.SwiGlu or MatmulEpilogue.GeGluTanh)
        {
            var columns = sums.Length / 2;
            if (epilogue == MatmulEpilogue.SwiGlu)
            {
                SwiGluReference.Apply(sums[..columns], sums[columns..], y[..columns]);
            }
            else
            {
                GeGluReference.Apply(sums[..columns], sums[columns..], y[..columns]);
            }

            return;
        }

        for (var n = 0; n < sums.Length; n++)
        {
            var value = bias.IsEmpty ? sums[n] : sums[n] + bias[n];
            y[n] = epilogue switch
            {
                MatmulEpilogue.StoreBiasGelu => GeluReference.Apply(value),
                MatmulEpilogue.StoreGeluTanh => GeluReference.Tanh(value),
                MatmulEpilogue.AddTo or MatmulEpilogue.AddToBias => value + y[n],
                _ => value,
            };
        }
    }
}
