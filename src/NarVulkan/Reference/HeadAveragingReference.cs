namespace NarVulkan.Reference;

/// <summary>The vote of a token's heads (NAR, arXiv 2503.10696): the mean of the logits of those that exist.</summary>
internal static class HeadAveragingReference
{
    /// <summary>average[v] = mean over the given heads of logits[v].</summary>
    /// <param name="headLogits">One to three rows of logits, all as long as <paramref name="average"/>.</param>
    /// <exception cref="ArgumentException">No head is given.</exception>
    public static void Average(IReadOnlyList<float[]> headLogits, Span<float> average)
    {
        if (headLogits.Count == 0)
        {
            throw new ArgumentException("a sampled token needs the logits of at least one head", nameof(headLogits));
        }

        for (var v = 0; v < average.Length; v++)
        {
            var sum = 0f;
            foreach (var logits in headLogits)
            {
                sum += logits[v];
            }

            average[v] = sum / headLogits.Count;
        }
    }
}
