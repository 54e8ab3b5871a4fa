namespace NarVulkan.Reference;

/// <summary>
/// Twin of <c>shaders/vote_features.comp</c>: the features whose product with the heads' output matrices, side
/// by side, is the logits of a sampled token, heads averaged and guidance applied.
/// </summary>
internal static class VoteFeaturesReference
{
    /// <summary>
    /// features[s * tokens + j, h] = u + (c - u) * guidanceScale, where c and u are the normed rows of the
    /// conditional sequence 2s and the unconditional 2s + 1, divided by the number of votes; c alone where
    /// <paramref name="guidanceScale"/> is null. Zeros where head h has no vote.
    /// </summary>
    /// <param name="headRows">Per head: hidden states [sequences * rowsFed, width].</param>
    /// <param name="normWeights">Per head: RMSNorm weight [width].</param>
    /// <param name="votes">[tokensSampled, heads]: fed row within the sequence, or -1.</param>
    /// <param name="features">[samples * tokensSampled, heads * width]</param>
    public static void Gather(
        IReadOnlyList<float[]> headRows, IReadOnlyList<float[]> normWeights, ReadOnlySpan<int> votes, float? guidanceScale,
        int sequencesPerSample, Span<float> features, int samples, int rowsFed, int tokensSampled, int width, float epsilon)
    {
        var heads = headRows.Count;
        var conditional = new float[width];
        var unconditional = new float[width];
        for (var s = 0; s < samples; s++)
        {
            for (var j = 0; j < tokensSampled; j++)
            {
                var share = 1f / CountVotes(votes.Slice(j * heads, heads));
                for (var h = 0; h < heads; h++)
                {
                    var target = features.Slice(((s * tokensSampled + j) * heads + h) * width, width);
                    var row = votes[j * heads + h];
                    if (row < 0)
                    {
                        target.Clear();
                        continue;
                    }

                    var first = (s * sequencesPerSample * rowsFed + row) * width;
                    RmsNormReference.Row(headRows[h].AsSpan(first, width), normWeights[h], conditional, epsilon);
                    if (guidanceScale is { } scale)
                    {
                        var second = first + rowsFed * width;
                        RmsNormReference.Row(headRows[h].AsSpan(second, width), normWeights[h], unconditional, epsilon);
                        GuidanceReference.Apply(conditional, unconditional, scale, conditional);
                    }

                    for (var column = 0; column < width; column++)
                    {
                        target[column] = conditional[column] * share;
                    }
                }
            }
        }
    }

    private static int CountVotes(ReadOnlySpan<int> votes)
    {
        var count = 0;
        foreach (var row in votes)
        {
            count += row >= 0 ? 1 : 0;
        }

        return count;
    }
}
