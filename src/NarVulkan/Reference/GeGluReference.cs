namespace NarVulkan.Reference;

/// <summary>The gated feed-forward activation with GELU of Shazeer, "GLU variants improve transformer" (2020), in the tanh form that T5 1.1 has.</summary>
internal static class GeGluReference
{
    /// <summary>output[i] = gelu(gate[i]) * up[i].</summary>
    public static void Apply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++)
        {
            output[i] = GeluReference.Tanh(gate[i]) * up[i];
        }
    }
}
