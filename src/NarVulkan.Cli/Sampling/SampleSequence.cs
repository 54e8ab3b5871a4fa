using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>
/// The samples of a large run by their global index: they go through the classes (or condition rows) in turn, so that every prefix and every
/// shard is as balanced as it can be. The k-th sample of a class is that of an ordinary run with the same seed.
/// </summary>
internal sealed class SampleSequence : ISampleSequence
{
    private readonly IReadOnlyList<int> items;
    private readonly int[] labels;
    private readonly int[] placeInRound;
    private readonly Dictionary<int, int> perRound = [];

    /// <param name="items">Class of each item: what <c>--class</c> lists, or one for each condition row.</param>
    /// <param name="byCondition">Items are condition rows, of which each counts its own samples, instead of classes.</param>
    public SampleSequence(IReadOnlyList<int> items, bool byCondition)
    {
        this.items = items;
        labels = Enumerable.Range(0, items.Count).Select(item => byCondition ? item : items[item]).ToArray();
        placeInRound = new int[items.Count];
        for (int item = 0; item < items.Count; item++)
        {
            // A class that is listed twice comes twice in each round.
            placeInRound[item] = perRound.GetValueOrDefault(labels[item]);
            perRound[labels[item]] = placeInRound[item] + 1;
        }
    }

    /// <summary>The item that a sample is of.</summary>
    public int ItemOf(int sample) => sample % items.Count;

    /// <summary>The class of a sample.</summary>
    public int ClassOf(int sample) => items[ItemOf(sample)];

    /// <summary>The random stream of a sample.</summary>
    public uint StreamOf(int sample)
    {
        int item = ItemOf(sample);
        long place = (long)(sample / items.Count) * perRound[labels[item]] + placeInRound[item];
        return SamplePlan.StreamOf(labels[item], (uint)place);
    }
}
