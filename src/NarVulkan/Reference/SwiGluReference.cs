namespace NarVulkan.Reference;

/// <summary>The gated feed-forward activation of Shazeer, "GLU variants improve transformer" (2020).</summary>
internal static class SwiGluReference
{
    /// <summary>output[i] = silu(gate[i]) * up[i] with silu(x) = x / (1 + exp(-x)).</summary>
    public static void Apply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++)
        {
            output[i] = gate[i] / (1f + MathF.Exp(-gate[i])) * up[i];
        }
    }
}
