namespace NarVulkan.Tests.Reference;

/// <summary>Pearson's chi-square test of drawn tokens against the probabilities they should follow.</summary>
internal static class ChiSquare
{
    /// <summary>
    /// How many standard deviations the statistic lies from its mean, by the cube-root transformation of
    /// Wilson and Hilferty (1931), under which it is close to normal. Entries with an expected count below 5 are
    /// pooled.
    /// </summary>
    /// <param name="counts">How often each entry was drawn.</param>
    public static double StandardScore(ReadOnlySpan<int> counts, ReadOnlySpan<float> probabilities)
    {
        var draws = 0L;
        foreach (var count in counts)
        {
            draws += count;
        }

        var (statistic, cells, pooledCount, pooledExpected) = (0.0, 0, 0.0, 0.0);
        for (var i = 0; i < counts.Length; i++)
        {
            var expected = draws * (double)probabilities[i];
            if (expected >= 5.0)
            {
                statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
                cells++;
            }
            else
            {
                pooledCount += counts[i];
                pooledExpected += expected;
            }
        }

        if (pooledExpected >= 5.0)
        {
            statistic += (pooledCount - pooledExpected) * (pooledCount - pooledExpected) / pooledExpected;
            cells++;
        }

        var freedom = Math.Max(cells - 1, 1);
        var variance = 2.0 / (9.0 * freedom);
        return (Math.Cbrt(statistic / freedom) - (1.0 - variance)) / Math.Sqrt(variance);
    }
}
