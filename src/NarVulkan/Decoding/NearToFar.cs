namespace NarVulkan.Decoding;

/// <summary>
/// Neighboring autoregressive order (arXiv 2503.10696): step s samples every token at Manhattan distance s from the
/// first one, each from the heads of its neighbours at distance s-1.
/// An n x n image takes 2n-1 steps, a T x H x W video T+H+W-2.
/// </summary>
internal static class NearToFar
{
    /// <summary>Heads of an image generator, in voting order.</summary>
    private const int Right = 0, Below = 1;

    /// <summary>Heads of a video generator, in voting order; <c>Right</c> is shared, and an image's below is a video's down.</summary>
    private const int Down = 1, Back = 2;

    /// <summary>
    /// Schedule of a NAR image generator: two heads, right and below. Condition rows are causal and all of them are seen
    /// by every token.
    /// </summary>
    /// <param name="rows">Token rows.</param>
    /// <param name="columns">Token columns.</param>
    /// <param name="conditionTokens">Condition rows: 1 for a class, 120 for text.</param>
    public static DecodeSchedule Image(int rows, int columns, int conditionTokens)
    {
        var condition = Enumerable.Range(0, conditionTokens).ToArray();
        return Build("near-to-far 2-D", new TokenGrid(1, rows, columns), conditionTokens, condition, causalCondition: true, [Right, Below]);
    }

    /// <summary>
    /// Schedule of a NAR video generator: three heads, right, down and back. As published, every row sees only the first
    /// condition token (and condition rows see only that one), so of a longer condition (frame prediction) just the first
    /// row and the last, from which the first token is sampled, can have an effect: only those two are fed.
    /// </summary>
    /// <param name="grid">Latent frames, rows and columns.</param>
    /// <param name="conditionTokens">1 for a class; codes of a clip plus the separator for frame prediction.</param>
    public static DecodeSchedule Video(TokenGrid grid, int conditionTokens)
    {
        int[] condition = conditionTokens == 1 ? [0] : [0, conditionTokens - 1];
        return Build("near-to-far 3-D", grid, conditionTokens, condition, causalCondition: false, [Right, Down, Back]);
    }

    private static DecodeSchedule Build(string name, TokenGrid grid, int conditionTokens, int[] fedCondition, bool causalCondition, int[] heads)
    {
        var steps = new List<DecodeStep>(grid.LargestDistance + 1);
        int conditionSlots = fedCondition.Length;

        // Step 0: the condition is fed and the first token is the mean of all heads at its last row.
        var votes = heads.Select(head => new HeadVote(head, conditionSlots - 1)).ToList();
        steps.Add(causalCondition ? Prefill.Step(conditionTokens, votes) : new DecodeStep
        {
            Index = 0,
            Fed = [.. fedCondition.Select(index => new FedRow(FedSource.Condition, index, index))],
            Sampled = [new SampledToken(0, votes)],
            FirstSlot = 0,
            FirstSampled = 0,
            VisibleKeys = 1,
            GuidanceCount = 0,
        });

        var plane = Plane(grid, 0);
        int firstFed = 0;
        for (int distance = 1; distance <= grid.LargestDistance; distance++)
        {
            var rowOf = plane.Select((token, row) => (token.RasterIndex, row)).ToDictionary(pair => pair.RasterIndex, pair => pair.row);
            var next = Plane(grid, distance);
            steps.Add(new DecodeStep
            {
                Index = distance,
                Fed = [.. plane.Select((token, row) => new FedRow(FedSource.Generated, firstFed + row, conditionTokens + token.RasterIndex))],
                Sampled = [.. next.Select(token => new SampledToken(token.RasterIndex, VotesFor(grid, token, rowOf, heads)))],
                FirstSlot = conditionSlots + firstFed,
                FirstSampled = firstFed + plane.Count,
                VisibleKeys = conditionSlots + firstFed + plane.Count,
                HiddenBegin = causalCondition ? 0 : 1,
                HiddenEnd = causalCondition ? 0 : conditionSlots,
                GuidanceCount = firstFed + plane.Count,
            });
            firstFed += plane.Count;
            plane = next;
        }
        return new DecodeSchedule(name, grid, conditionTokens, heads.Length, steps);
    }

    private readonly record struct GridToken(int Frame, int Row, int Column, int RasterIndex);

    /// <summary>Tokens at one Manhattan distance: frames, then rows ascend, as the original orders them.</summary>
    private static List<GridToken> Plane(TokenGrid grid, int distance)
    {
        var tokens = new List<GridToken>();
        for (int frame = 0; frame < grid.Frames; frame++)
        {
            for (int row = 0; row < grid.Rows; row++)
            {
                int column = distance - frame - row;
                if (column >= 0 && column < grid.Columns)
                {
                    tokens.Add(new GridToken(frame, row, column, grid.RasterIndex(frame, row, column)));
                }
            }
        }
        return tokens;
    }

    private static List<HeadVote> VotesFor(TokenGrid grid, GridToken token, Dictionary<int, int> fedRowOf, int[] heads)
    {
        var votes = new List<HeadVote>(heads.Length);
        foreach (int head in heads)
        {
            var (frame, row, column) = head switch
            {
                Right => (token.Frame, token.Row, token.Column - 1),
                Down => (token.Frame, token.Row - 1, token.Column),
                _ => (token.Frame - 1, token.Row, token.Column),
            };
            if (frame >= 0 && row >= 0 && column >= 0)
            {
                votes.Add(new HeadVote(head, fedRowOf[grid.RasterIndex(frame, row, column)]));
            }
        }
        return votes;
    }
}
