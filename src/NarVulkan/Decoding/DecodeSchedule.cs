namespace NarVulkan.Decoding;

/// <summary>The whole order of generation of a model as data: one <see cref="DecodeStep"/> after another.</summary>
internal sealed class DecodeSchedule
{
    /// <summary>Wraps finished steps. Use a builder such as <see cref="NearToFar"/>.</summary>
    public DecodeSchedule(string name, TokenGrid grid, int conditionTokens, int headCount, IReadOnlyList<DecodeStep> steps)
    {
        Name = name;
        Grid = grid;
        ConditionTokens = conditionTokens;
        HeadCount = headCount;
        Steps = steps;
        OrderOfGeneration = [.. steps.SelectMany(step => step.Sampled).Select(token => token.RasterIndex)];
        SlotPositions = [.. steps.SelectMany(step => step.Fed).Select(row => row.Position)];
        MostFed = steps.Max(step => step.Fed.Count);
        MostSampled = steps.Max(step => step.Sampled.Count);
    }

    /// <summary>Name for labels and reports.</summary>
    public string Name { get; }

    /// <summary>The grid that is filled.</summary>
    public TokenGrid Grid { get; }

    /// <summary>Condition tokens that the model was trained with; <see cref="Steps"/> feeds those that anything can see.</summary>
    public int ConditionTokens { get; }

    /// <summary>Output heads that vote.</summary>
    public int HeadCount { get; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<DecodeStep> Steps { get; }

    /// <summary>Raster index of each token in order of generation; a permutation of the grid.</summary>
    public IReadOnlyList<int> OrderOfGeneration { get; }

    /// <summary>Position (<see cref="FedRow.Position"/>) of each KV slot. Tokens sampled last are never fed, so there may be fewer slots than positions.</summary>
    public IReadOnlyList<int> SlotPositions { get; }

    /// <summary>KV slots that a sequence needs.</summary>
    public int SlotCount => SlotPositions.Count;

    /// <summary>The largest number of rows that a step feeds for one sequence.</summary>
    public int MostFed { get; }

    /// <summary>The largest number of tokens that a step samples for one sequence.</summary>
    public int MostSampled { get; }
}
