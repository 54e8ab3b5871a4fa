using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>
/// The samples of a large run by their global index: they go through the classes (or condition rows) in turn, so that every prefix and every
/// shard is as balanced as it can be. The k-th sample of a class or a prompt is that of an ordinary run with the same seed.
/// </summary>
internal sealed class SampleSequence : ISampleSequence
{
    private readonly IReadOnlyList<int> items;
    private readonly int[] labels;
    private readonly int[] placeInRound;
    private readonly int[] perRound;

    /// <param name="items">Class of each item: what <c>--class</c> lists, or one for each condition row.</param>
    /// <param name="byCondition">Items are condition rows, of which each counts its own samples, instead of classes.</param>
    /// <param name="prompts">The prompt of each item, where items are prompts.</param>
    public SampleSequence(IReadOnlyList<int> items, bool byCondition, IReadOnlyList<string>? prompts = null)
    {
        this.items = items;
        int[] all = [.. Enumerable.Range(0, items.Count)];
        labels = [.. all.Select(item => prompts is not null ? PromptStreams.LabelOf(prompts[item]) : byCondition ? item : items[item])];
        // A class or a prompt that is listed twice comes twice in each round.
        Dictionary<object, int> counts = [];
        object[] same = [.. all.Select(item => prompts is not null ? prompts[item] : (object)labels[item])];
        placeInRound = [.. same.Select(key => (counts[key] = counts.GetValueOrDefault(key) + 1) - 1)];
        perRound = [.. same.Select(key => counts[key])];
    }

    /// <summary>The item that a sample is of.</summary>
    public int ItemOf(int sample) => sample % items.Count;

    /// <summary>The class of a sample.</summary>
    public int ClassOf(int sample) => items[ItemOf(sample)];

    /// <summary>The random stream of a sample.</summary>
    public uint StreamOf(int sample)
    {
        int item = ItemOf(sample);
        long place = (long)(sample / items.Count) * perRound[item] + placeInRound[item];
        return SamplePlan.StreamOf(labels[item], (uint)place);
    }
}
