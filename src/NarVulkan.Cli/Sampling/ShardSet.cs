namespace NarVulkan.Cli.Sampling;

/// <summary>All shards of one run, in order.</summary>
internal sealed class ShardSet
{
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
        FinishedShard?[] places = new FinishedShard?[first.Shard.Count];
        foreach (FinishedShard shard in given)
        {
            if (places[shard.Shard.Index] is { } taken)
            {
                throw new InvalidRequestException($"{taken.Name} and {shard.Name} are both shard {shard.Shard}; give each once");
            }
            places[shard.Shard.Index] = shard;
        }
        List<Shard> missing = Enumerable.Range(0, places.Length).Where(i => places[i] is null).Select(i => new Shard(i, places.Length)).ToList();
        return missing.Count == 0
            ? new ShardSet(places.OfType<FinishedShard>().ToList())
            : throw new InvalidRequestException(
                $"{missing.Count} of {places.Length} shards {(missing.Count == 1 ? "is" : "are")} missing: {string.Join(", ", missing.Take(8))}{(missing.Count > 8 ? ", ..." : "")}");
    }

    private static void RequireSameRun(FinishedShard first, FinishedShard other)
    {
        List<string> differences = JournalHeader.Differences(WithoutIndex(first), WithoutIndex(other))
            .Select(difference => $"{difference.Name} {difference.First} and {difference.Second}").ToList();
        if (differences.Count > 0)
        {
            throw new InvalidRequestException($"{first.Name} and {other.Name} are not of one run: {string.Join("; ", differences)}");
        }
    }

    // Of the shard's name only the number of shards is the run's.
    private static IReadOnlyList<KeyValuePair<string, string>> WithoutIndex(FinishedShard shard) =>
    [
        .. shard.Header.Settings.Where(setting => setting.Key != SampleJournalSettings.ShardName),
        new("the number of shards", shard.Shard.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("the precision of the weights", shard.Header.Precision),
        new("samples of", string.Join('x', shard.Header.Shape.Skip(1))),
    ];
}
