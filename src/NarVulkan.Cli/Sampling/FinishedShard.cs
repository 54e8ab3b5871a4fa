using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>A shard that is done: its array and its journal.</summary>
internal sealed class FinishedShard
{
    private readonly string path;
    private readonly string typed;
    private readonly NpzLayout layout;
    private readonly uint crc;

    private FinishedShard(string path, string typed, JournalHeader header, Shard shard, NpzLayout layout, uint crc)
    {
        this.path = path;
        this.typed = typed;
        Header = header;
        Shard = shard;
        this.layout = layout;
        this.crc = crc;
    }

    public JournalHeader Header { get; }

    public Shard Shard { get; }

    /// <summary>The file as the user typed it.</summary>
    public string Name => typed;

    /// <param name="path">Full path of the array.</param>
    /// <param name="typed">The same as typed.</param>
    /// <exception cref="InvalidRequestException">It is missing, no shard, not finished, or not what its journal says.</exception>
    public static FinishedShard Open(string path, string typed)
    {
        if (!File.Exists(path))
        {
            throw new InvalidRequestException($"{typed}: there is no such file; is the shard finished?");
        }
        using RunJournal journal = RunJournal.Read(SampleFiles.JournalOf(path));
        if (journal is not { Header: { } header, Finished: true, Entries.Count: > 0 })
        {
            throw new InvalidRequestException($"{typed}: its journal says that the shard is not finished; run its command again");
        }
        if (!Shard.TryParse(header.Setting(SampleJournalSettings.ShardName) ?? "", out Shard shard, out _))
        {
            throw new InvalidRequestException($"{typed}: is a whole run and no shard, so there is nothing to join it with");
        }
        // A journal may come from anywhere: its shard must be one that such a run has, and of that shard's size.
        if (!int.TryParse(header.Setting(SampleJournalSettings.SamplesName), NumberStyles.None, CultureInfo.InvariantCulture, out int samples)
            || shard.Count > samples || shard.RangeOf(samples) is var (begin, end) && end - begin != header.Shape[0])
        {
            throw new InvalidRequestException($"{typed}: its journal is damaged: no run has a shard {shard} of {header.Shape[0]} samples as it tells; copy it again, or make it again with --restart");
        }
        NpzLayout layout = new(header.Shape);
        uint crc = journal.Entries[^1].TotalCrc;
        return journal.Entries[^1].Done == header.Shape[0] && FinishedNpz.IsWhole(path, layout, crc)
            ? new FinishedShard(path, typed, header, shard, layout, crc)
            : throw Damaged(typed);
    }

    /// <summary>Hands over the array's bytes, and checks them on the way.</summary>
    /// <exception cref="InvalidRequestException">They are not those that were written.</exception>
    public void Copy(ValueChunks.ChunkWriter write)
    {
        if (FinishedNpz.Read(path, layout, write) != crc)
        {
            throw Damaged(typed);
        }
    }

    private static InvalidRequestException Damaged(string typed) =>
        new($"{typed}: is not the array that its journal speaks of; copy it again, or make it again with --restart");
}
