using NarVulkan.Cli.Sampling;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Journals of large runs: a line value by value, or bytes.</summary>
internal sealed class JournalTarget() : FuzzTarget("journal")
{
    /// <inheritdoc/>
    public override string FileName => "input.journal";

    /// <inheritdoc/>
    public override int BytesPerByte => 1024;

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        if (random.OneIn(3))
        {
            return ByteMutator.Mutate(input, random, other);
        }
        List<byte[]> lines = [];
        for (int start = 0, end; start < input.Length; start = end + 1)
        {
            end = Array.IndexOf(input, (byte)'\n', start) is >= 0 and var found ? found : input.Length;
            lines.Add(input[start..end]);
        }
        if (lines.Count > 0)
        {
            int at = random.Below(lines.Count);
            lines[at] = JsonMutator.Mutate(lines[at], random);
        }
        return [.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])];
    }

    /// <inheritdoc/>
    public override string Read(string path)
    {
        using RunJournal journal = RunJournal.Read(path);
        return $"{Math.Min(journal.Entries.Count, 3)} {journal.Finished}";
    }
}
