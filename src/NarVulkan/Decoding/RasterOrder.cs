namespace NarVulkan.Decoding;

/// <summary>
/// Plain next-token order, as LlamaGen (images) and LARP (video) generate: one token a step, frame by frame and row by row,
/// every token seeing all before it. n tokens take n steps.
/// </summary>
internal static class RasterOrder
{
    /// <summary>Builds the schedule.</summary>
    /// <param name="grid">Grid to fill.</param>
    /// <param name="conditionTokens">Condition rows: 1 for a class, 120 for text.</param>
    public static DecodeSchedule Build(TokenGrid grid, int conditionTokens)
    {
        var vote = new HeadVote(Head: 0, FedRow: 0);
        var steps = new List<DecodeStep>(grid.Count) { Prefill.Step(conditionTokens, [new HeadVote(Head: 0, conditionTokens - 1)]) };
        for (int token = 1; token < grid.Count; token++)
        {
            steps.Add(new DecodeStep
            {
                Index = token,
                Fed = [new FedRow(FedSource.Generated, token - 1, conditionTokens + token - 1)],
                Sampled = [new SampledToken(token, [vote])],
                FirstSlot = conditionTokens + token - 1,
                FirstSampled = token,
                VisibleKeys = conditionTokens + token,
                GuidanceCount = token - 1,
            });
        }
        return new DecodeSchedule("raster", grid, conditionTokens, headCount: 1, steps);
    }
}
