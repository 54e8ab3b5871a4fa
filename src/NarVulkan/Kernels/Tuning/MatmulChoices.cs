namespace NarVulkan.Kernels.Tuning;

/// <summary>What a tuner chose, to be looked up while products are recorded. Immutable.</summary>
internal sealed class MatmulChoices
{
    /// <summary>Nothing was tuned.</summary>
    public static readonly MatmulChoices None = new([]);

    private readonly Dictionary<(MatmulShape Shape, int Rows), MatmulChoice> _choices = [];

    /// <param name="choices">Later ones replace earlier ones for the same shape and rows.</param>
    public MatmulChoices(IEnumerable<MatmulChoice> choices)
    {
        foreach (var choice in choices)
        {
            _choices[(choice.Shape, choice.Rows)] = choice;
        }
    }

    public IReadOnlyCollection<MatmulChoice> All => _choices.Values;

    /// <summary>The form for a product of so many rows; null: nothing was chosen.</summary>
    public MatmulTile? Find(MatmulShape shape, int rows) =>
        _choices.Count > 0 && _choices.TryGetValue((shape, MatmulShape.Bucket(rows)), out var choice) ? choice.Tile : null;

    /// <summary>Whether a form was chosen for exactly this bucket.</summary>
    public bool Has(MatmulShape shape, int rows) => _choices.ContainsKey((shape, rows));

    /// <summary>These and others, which replace these.</summary>
    public MatmulChoices With(IEnumerable<MatmulChoice> others) => new(All.Concat(others));
}
