using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Sampling;

/// <summary>All pictures of a prompt together, prompt after prompt. The k-th picture of a prompt is that of an ordinary run with the same prompt and seed.</summary>
/// <param name="copies">Pictures of each prompt.</param>
/// <param name="rows">The prompts, in order, that there are condition rows for.</param>
/// <param name="streams">The random stream of each picture, of all prompts.</param>
internal sealed class PromptSequence(int copies, IReadOnlyList<int> rows, IReadOnlyList<uint> streams) : ISampleSequence
{
    private readonly Dictionary<int, int> rowOf = rows.Select((prompt, row) => (prompt, row)).ToDictionary(pair => pair.prompt, pair => pair.row);

    public int ItemOf(int sample) => rowOf[sample / copies];

    public int ClassOf(int sample) => ClassList.Unconditional;

    public uint StreamOf(int sample) => streams[sample];
}
