using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>PyTorch's archives: the pickle instruction by instruction, entries as wholes, or bytes.</summary>
internal sealed class TorchZipTarget() : WeightsTarget("torch-zip")
{
    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        List<(string Name, byte[] Data)> entries = StoredZip.Split(input);
        if (entries.Count == 0 || random.OneIn(5))
        {
            return ByteMutator.Mutate(input, random, other);
        }
        int pickle = entries.FindIndex(entry => entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
        if (pickle >= 0 && !random.OneIn(4))
        {
            entries[pickle] = (entries[pickle].Name, PickleMutator.Mutate(entries[pickle].Data, random));
        }
        else
        {
            ChangeEntry(entries, random);
        }
        return StoredZip.Join(entries, random);
    }

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes)
    {
        List<(string Name, byte[] Data)> entries = StoredZip.Split(input);
        int pickle = entries.FindIndex(entry => entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
        if (pickle < 0)
        {
            return base.Grow(input, random, bytes);
        }
        string folder = entries[pickle].Name[..^"data.pkl".Length];
        if (random.OneIn(4))
        {
            for (int i = 0; bytes > 0; bytes -= 150, i++)
            {
                entries.Add(($"{folder}data/more{i}", new byte[random.Below(8)]));
            }
        }
        else
        {
            entries[pickle] = (entries[pickle].Name, LargePickle.Of(random, bytes));
            entries.Add(($"{folder}data/{LargePickle.Key}", LargePickle.Storage));
        }
        return StoredZip.Join(entries, random);
    }

    private static void ChangeEntry(List<(string Name, byte[] Data)> entries, FuzzRandom random)
    {
        int at = random.Below(entries.Count);
        (string name, byte[] data) = entries[at];
        switch (random.Below(6))
        {
            case 0: entries.RemoveAt(at); break;
            case 1: entries.Add((name, data)); break;
            case 2: entries[at] = (random.Pick(entries).Name, data); break;
            case 3: entries[at] = (name, data[..random.Below(data.Length)]); break;
            case 4: entries[at] = (name, [.. data, .. new byte[random.Below(64)]]); break;
            default: entries[at] = (name, ByteMutator.Mutate(data, random)); break;
        }
    }
}
