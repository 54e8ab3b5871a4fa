using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>All pictures of a prompt together, prompt after prompt. The k-th picture of a prompt is that of an ordinary run of the same prompts and seed.</summary>
/// <param name="copies">Pictures of each prompt.</param>
/// <param name="rows">The prompts, in order, that there are condition rows for.</param>
internal sealed class PromptSequence(int copies, IReadOnlyList<int> rows) : ISampleSequence
{
    private readonly Dictionary<int, int> rowOf = rows.Select((prompt, row) => (prompt, row)).ToDictionary(pair => pair.prompt, pair => pair.row);

    public int ItemOf(int sample) => rowOf[sample / copies];

    public int ClassOf(int sample) => ClassList.Unconditional;

    public uint StreamOf(int sample) => SamplePlan.StreamOf(sample / copies, (uint)(sample % copies));
}
