namespace NarVulkan.Cli.Sampling;

/// <summary>All shards of one run, in order.</summary>
internal sealed class ShardSet
{
    private const int MostListed = 8;

    private ShardSet(IReadOnlyList<FinishedShard> shards) => Shards = shards;

    public IReadOnlyList<FinishedShard> Shards { get; }

    /// <summary>Shape of the whole array.</summary>
    public IReadOnlyList<int> Shape => [Shards.Sum(shard => shard.Header.Shape[0]), .. Shards[0].Header.Shape.Skip(1)];

    /// <summary>Bytes of the whole array.</summary>
    public long DataBytes => Shape.Aggregate(1L, (bytes, size) => checked(bytes * size));

    /// <summary>Devices other than the first shard's.</summary>
    public IEnumerable<string> FurtherDevices => Shards.Select(shard => shard.Header.Device).Distinct().Where(device => device != Shards[0].Header.Device);

    /// <summary>Puts shards in order.</summary>
    /// <exception cref="InvalidRequestException">They are of different runs, or one is missing or there twice.</exception>
    public static ShardSet Open(IReadOnlyList<FinishedShard> given)
    {
        FinishedShard first = given[0];
        foreach (FinishedShard other in given.Skip(1))
        {
            RequireSameRun(first, other);
        }
        // Only as large as what was given: the number of shards is a journal's word.
        SortedDictionary<int, FinishedShard> places = [];
        foreach (FinishedShard shard in given)
        {
            if (!places.TryAdd(shard.Shard.Index, shard))
            {
                throw new InvalidRequestException($"{places[shard.Shard.Index].Name} and {shard.Name} are both shard {shard.Shard}; give each once");
            }
        }
        int count = first.Shard.Count, missing = count - places.Count;
        if (missing > 0)
        {
            IEnumerable<Shard> some = Enumerable.Range(0, count).Where(i => !places.ContainsKey(i)).Take(MostListed).Select(i => new Shard(i, count));
            throw new InvalidRequestException(
                $"{missing} of {count} shards {(missing == 1 ? "is" : "are")} missing: {string.Join(", ", some)}{(missing > MostListed ? ", ..." : "")}");
        }
        return new ShardSet(places.Values.ToList());
    }

    private static void RequireSameRun(FinishedShard first, FinishedShard other)
    {
        // Apart, so that nothing in a journal's settings can stand for what is derived here.
        List<string> differences = JournalHeader.Differences(SettingsOf(first), SettingsOf(other)).Concat(JournalHeader.Differences(FactsOf(first), FactsOf(other)))
            .Select(difference => $"{difference.Name} {difference.First} and {difference.Second}").ToList();
        if (differences.Count > 0)
        {
            throw new InvalidRequestException($"{first.Name} and {other.Name} are not of one run: {string.Join("; ", differences)}");
        }
    }

    // Of the shard's name only the number of shards is the run's.
    private static IReadOnlyList<KeyValuePair<string, string>> SettingsOf(FinishedShard shard) =>
        shard.Header.Settings.Where(setting => setting.Key != SampleJournalSettings.ShardName).ToList();

    private static IReadOnlyList<KeyValuePair<string, string>> FactsOf(FinishedShard shard) =>
    [
        new("the number of shards", shard.Shard.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("the precision of the weights", shard.Header.Precision),
        new("samples of", string.Join('x', shard.Header.Shape.Skip(1))),
    ];
}
