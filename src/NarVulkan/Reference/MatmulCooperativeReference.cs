using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/matmul_cooperative.comp</c>: y = epilogue(half(x) W^T).</summary>
internal static class MatmulCooperativeReference
{
    /// <summary>As <see cref="MatmulReference.Apply"/>, with activations rounded to float16 first.</summary>
    public static void Apply(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> weights, int depth, ReadOnlySpan<float> bias, Span<float> y, int yStride, int rows, MatmulEpilogue epilogue) =>
        MatmulReference.Apply(Round(x), xStride, weights, depth, bias, y, yStride, rows, epilogue);

    /// <summary>The nearest float16; beyond its range the largest, never infinity.</summary>
    public static float[] Round(ReadOnlySpan<float> x)
    {
        var rounded = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            rounded[i] = (float)(Half)Math.Clamp(x[i], (float)Half.MinValue, (float)Half.MaxValue);
        }

        return rounded;
    }
}
