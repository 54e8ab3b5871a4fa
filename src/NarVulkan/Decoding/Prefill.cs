namespace NarVulkan.Decoding;

/// <summary>The first step of every image generator, and of raster video.</summary>
internal static class Prefill
{
    /// <summary>Feeds all condition rows, causally, and samples the first token from <paramref name="votes"/>.</summary>
    public static DecodeStep Step(int conditionTokens, IReadOnlyList<HeadVote> votes) => new()
    {
        Index = 0,
        Fed = [.. Enumerable.Range(0, conditionTokens).Select(index => new FedRow(FedSource.Condition, index, index))],
        Sampled = [new SampledToken(0, votes)],
        FirstSlot = 0,
        FirstSampled = 0,
        VisibleKeys = conditionTokens,
        GuidanceCount = 0,
        Causal = true,
    };
}
