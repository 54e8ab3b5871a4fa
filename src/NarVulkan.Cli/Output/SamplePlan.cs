using NarVulkan.Generation;

namespace NarVulkan.Cli.Output;

/// <summary>
/// The samples of a request: all copies of an item together. The k-th sample of a class draws from a random stream that the class and k
/// fix, so that it stays the same whatever other classes, and however many copies, are asked for with it.
/// </summary>
/// <param name="Items">Class of each item of the request: what <c>--class</c> lists, or one for each condition.</param>
/// <param name="Copies">Samples of each item.</param>
/// <param name="ByCondition">Items are condition rows, of which each counts its own samples, instead of classes.</param>
/// <param name="Prompts">The prompt of each item, where items are prompts.</param>
internal sealed record SamplePlan(IReadOnlyList<int> Items, int Copies, bool ByCondition = false, IReadOnlyList<string>? Prompts = null)
{
    public int Count => Items.Count * Copies;

    /// <summary>Class of each sample.</summary>
    public IReadOnlyList<int> Classes => Items.SelectMany(item => Enumerable.Repeat(item, Copies)).ToArray();

    /// <summary>
    /// Random stream of each sample: its class (or condition; -1, unconditional, comes first) above the low 16 bits, and how many samples of the
    /// same class stand before it. Classes in streams of their own do not all draw the same first token. Of prompts: <see cref="PromptStreams"/>.
    /// </summary>
    public IReadOnlyList<uint> Streams
    {
        get
        {
            if (Prompts is not null)
            {
                return PromptStreams.Of(Prompts, Copies);
            }
            return SampleStreams.Of(Enumerable.Range(0, Count).Select(sample => ByCondition ? ItemOf(sample) : Items[ItemOf(sample)]));
        }
    }

    /// <summary>Random stream of the sample of a class (or condition) that <paramref name="place"/> others of the same come before.</summary>
    public static uint StreamOf(int label, uint place) => SampleStreams.StreamOf(label, place);

    /// <summary>The item that sample <paramref name="sample"/> belongs to.</summary>
    public int ItemOf(int sample) => sample / Copies;

    /// <summary>The item that each sample belongs to.</summary>
    public IReadOnlyList<int> ItemOfEach => Enumerable.Range(0, Count).Select(ItemOf).ToArray();
}
