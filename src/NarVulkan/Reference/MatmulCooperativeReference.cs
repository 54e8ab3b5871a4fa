using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/matmul_cooperative.comp</c>: y = epilogue(halfs(x) W^T).</summary>
internal static class MatmulCooperativeReference
{
    /// <summary>Sign, exponent and the 10 bits of a fraction that a half has.</summary>
    private const uint HighPart = 0xffffe000;

    /// <summary>As <see cref="MatmulReference.Apply"/>, with activations made of <paramref name="parts"/> halfs.</summary>
    public static void Apply(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> weights, int depth, ReadOnlySpan<float> bias, Span<float> y, int yStride, int rows, MatmulEpilogue epilogue, int parts) =>
        MatmulReference.Apply(Halfs(x, parts), xStride, weights, depth, bias, y, yStride, rows, epilogue);

    /// <summary>What the kernel makes of activations: the nearest float16, or the sum of two; beyond the range of float16 its largest value.</summary>
    public static float[] Halfs(ReadOnlySpan<float> x, int parts)
    {
        var sums = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var value = Math.Clamp(x[i], (float)Half.MinValue, (float)Half.MaxValue);
            var high = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & HighPart);
            sums[i] = parts == 1 ? (float)(Half)value : (float)(Half)high + (float)(Half)(value - high);
        }

        return sums;
    }
}
