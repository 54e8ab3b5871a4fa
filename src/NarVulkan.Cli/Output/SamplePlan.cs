namespace NarVulkan.Cli.Output;

/// <summary>
/// The samples of a request in two orders. They are generated round by round - one of everything asked for, then the next copy - so that
/// a sample's random stream, and with it its tokens, stays the same when more copies are asked for. They are written item by item, all copies
/// of a class together.
/// </summary>
/// <param name="Items">Class of each item of the request: what <c>--class</c> lists, or one for each condition.</param>
/// <param name="Copies">Samples of each item.</param>
internal sealed record SamplePlan(IReadOnlyList<int> Items, int Copies)
{
    public int Count => Items.Count * Copies;

    /// <summary>The item that written sample <paramref name="sample"/> belongs to.</summary>
    public int ItemOf(int sample) => sample / Copies;

    /// <summary>Class of each sample in the order of generation.</summary>
    public IReadOnlyList<int> GenerationOrder => Enumerable.Repeat(Items, Copies).SelectMany(items => items).ToArray();

    /// <summary>Rows of one item each, [items, width], repeated for the order of generation: [samples, width].</summary>
    public int[] RepeatRows(int[] rows) => Enumerable.Repeat(rows, Copies).SelectMany(all => all).ToArray();

    /// <summary>Moves a result, [samples, ...] in the order of generation, into the order of writing.</summary>
    public T[] ToWritingOrder<T>(T[] generated)
    {
        if (Items.Count == 1 || Copies == 1)
        {
            return generated;
        }
        int row = generated.Length / Count;
        T[] ordered = new T[generated.Length];
        for (int sample = 0; sample < Count; sample++)
        {
            int round = sample % Copies;
            int source = round * Items.Count + ItemOf(sample);
            Array.Copy(generated, (long)source * row, ordered, (long)sample * row, row);
        }
        return ordered;
    }
}
