namespace NarVulkan.Decoding;

/// <summary>
/// Order of parallelized autoregressive generation (PAR, arXiv 2412.15119): the grid is cut into p regions; first the first token of
/// every region, one at a time, then p tokens a step, those of the same place in every region. N tokens take p + (N - p) / p steps.
/// </summary>
/// <remarks>
/// The step that turns from serial to parallel feeds the last serial token and p-1 learned special tokens; row i of a fed group samples
/// the next token of region i. A group sees itself and everything before it.
/// The released models are 2-D, and their order is tested against the original. In three dimensions no code or weights were released; here
/// rows and columns are cut and a region spans all frames, which is our reading: 5x16x16 tokens take 323 steps with p = 4 and 95 with p = 16.
/// </remarks>
internal static class ParallelGroups
{
    /// <summary>Position of a special token: it lies nowhere in the grid.</summary>
    public const int NoPosition = -1;

    /// <summary>Builds the schedule.</summary>
    /// <param name="grid">Grid to fill; rows and columns are multiples of sqrt(p).</param>
    /// <param name="conditionTokens">Condition rows.</param>
    /// <param name="parallelTokens">p, a square of 2 or more.</param>
    /// <exception cref="ArgumentException"><see cref="Problem"/> says which.</exception>
    public static DecodeSchedule Build(TokenGrid grid, int conditionTokens, int parallelTokens)
    {
        if (Problem(grid, parallelTokens) is { } problem)
        {
            throw new ArgumentException(problem, nameof(parallelTokens));
        }
        var order = Order(grid, parallelTokens);
        var steps = new List<DecodeStep>(parallelTokens + grid.Count / parallelTokens) { Prefill.Step(conditionTokens, [new HeadVote(Head: 0, conditionTokens - 1)]) };
        for (int token = 1; token < parallelTokens; token++)
        {
            steps.Add(Step([Generated(token - 1)], sampled: 1, guidanceCount: token - 1));
        }
        for (int group = parallelTokens; group < grid.Count; group += parallelTokens)
        {
            FedRow[] fed = group == parallelTokens
                ? [Generated(group - 1), .. Enumerable.Range(0, parallelTokens - 1).Select(index => new FedRow(FedSource.Special, index, NoPosition))]
                : [.. Enumerable.Range(group - parallelTokens, parallelTokens).Select(Generated)];
            steps.Add(Step(fed, parallelTokens, guidanceCount: group - parallelTokens));
        }
        return new DecodeSchedule($"parallel groups of {parallelTokens}", grid, conditionTokens, headCount: 1, steps);

        FedRow Generated(int token) => new(FedSource.Generated, token, conditionTokens + order[token]);

        DecodeStep Step(FedRow[] fed, int sampled, int guidanceCount)
        {
            var last = steps[^1];
            int firstSampled = last.FirstSampled + last.Sampled.Count, firstSlot = last.FirstSlot + last.Fed.Count;
            return new DecodeStep
            {
                Index = steps.Count,
                Fed = fed,
                Sampled = [.. Enumerable.Range(0, sampled).Select(row => new SampledToken(order[firstSampled + row], [new HeadVote(Head: 0, row)]))],
                FirstSlot = firstSlot,
                FirstSampled = firstSampled,
                VisibleKeys = firstSlot + fed.Length,
                GuidanceCount = guidanceCount,
            };
        }
    }

    /// <summary>Why a grid cannot be generated in groups of <paramref name="parallelTokens"/>; null where it can.</summary>
    public static string? Problem(TokenGrid grid, int parallelTokens)
    {
        int side = (int)Math.Round(Math.Sqrt(parallelTokens));
        if (parallelTokens < 2 || side * side != parallelTokens)
        {
            return $"groups of {parallelTokens} tokens are no square layout of regions; 4 or 16 are usual";
        }
        return grid.Rows % side == 0 && grid.Columns % side == 0
            ? null
            : $"a grid of {grid.Rows}x{grid.Columns} cannot be cut into {side}x{side} equal regions";
    }

    /// <summary>Raster index of each token in order of generation: place by place within the regions, region by region within a place.</summary>
    private static int[] Order(TokenGrid grid, int parallelTokens)
    {
        int side = (int)Math.Round(Math.Sqrt(parallelTokens));
        int rows = grid.Rows / side, columns = grid.Columns / side;
        var order = new List<int>(grid.Count);
        for (int frame = 0; frame < grid.Frames; frame++)
        {
            for (int place = 0; place < rows * columns; place++)
            {
                for (int region = 0; region < parallelTokens; region++)
                {
                    order.Add(grid.RasterIndex(frame, region / side * rows + place / columns, region % side * columns + place % columns));
                }
            }
        }
        return [.. order];
    }
}
