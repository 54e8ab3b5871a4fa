namespace NarVulkan.Reference;

/// <summary>Classifier-free guidance (Ho and Salimans, 2022) on logits, as the matrix form in vote_features must equal.</summary>
internal static class GuidanceReference
{
    /// <summary>guided = unconditional + (conditional - unconditional) * scale, elementwise. May work in place.</summary>
    public static void Apply(
        ReadOnlySpan<float> conditional, ReadOnlySpan<float> unconditional, float scale, Span<float> guided)
    {
        for (var i = 0; i < guided.Length; i++)
        {
            guided[i] = unconditional[i] + (conditional[i] - unconditional[i]) * scale;
        }
    }
}
