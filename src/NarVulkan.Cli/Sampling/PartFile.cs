using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>
/// An <c>.npz</c> file that grows: <c>FILE.part</c>, laid out so that the finished samples lie where they will lie in the end. Finishing
/// adds the directory, puts the checksum in, and renames it; nothing is copied.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly string target;
    private readonly string path;
    private readonly NpzLayout layout;
    private readonly FileStream stream;

    private PartFile(string target, NpzLayout layout)
    {
        this.target = target;
        this.layout = layout;
        path = PathFor(target);
        OutputPath.MakeFolder(Path.GetDirectoryName(path)!);
        stream = GrowingFile.Open(path, FileShare.Read, like: target);
    }

    /// <summary>Where the file grows that will be <paramref name="target"/>.</summary>
    public static string PathFor(string target) => target + ".part";

    /// <summary>Opens what is there, cut back to the batches that are as the journal says, or a new file. The journal is cut back likewise.</summary>
    /// <exception cref="OutputFileException">It cannot be made, read or written.</exception>
    public static PartFile Open(string target, NpzLayout layout, RunJournal journal) => Attempt(target, () =>
    {
        PartFile part = new(target, layout);
        try
        {
            part.CutBack(journal);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    });

    /// <summary>
    /// Gives a finished file its name again, which a power cut may take from it; whether it was there and whole. Its bytes were on disk
    /// before the name was given, and are read to be sure of it.
    /// </summary>
    public static bool PutInPlace(string target, NpzLayout layout, uint crc)
    {
        string path = PathFor(target);
        if (!FinishedNpz.IsWhole(path, layout, crc) || FinishedNpz.Read(path, layout, write: null) != crc)
        {
            return false;
        }
        using (FileStream part = GrowingFile.Open(path, FileShare.Read, like: target))
        {
            KeptPermissions.Give(part.SafeFileHandle, KeptPermissions.Of(target));
        }
        File.Move(path, target, overwrite: true);
        return true;
    }

    /// <summary>Adds a batch and waits until it is on disk; the entry to note for it.</summary>
    /// <param name="last">The entry before; null for the first batch.</param>
    /// <param name="samples">The batch's samples, each as its pictures.</param>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public JournalEntry Append(JournalEntry? last, IReadOnlyList<IReadOnlyList<RgbImage>> samples) => Attempt(target, () =>
    {
        stream.Position = EndOf(last);
        uint batch = 0, total = last?.TotalCrc ?? layout.InitialCrc;
        foreach (RgbImage picture in samples.SelectMany(pictures => pictures))
        {
            stream.Write(picture.Pixels);
            batch = Crc32.Append(batch, picture.Pixels);
            total = Crc32.Append(total, picture.Pixels);
        }
        stream.Flush(flushToDisk: true);
        return new JournalEntry((last?.Done ?? 0) + samples.Count, batch, total);
    });

    /// <summary>Makes it the finished file.</summary>
    /// <exception cref="OutputFileException">It cannot be written or take its name.</exception>
    public void Finish(uint crc) => Attempt(target, () =>
    {
        stream.SetLength(layout.DataOffset + layout.DataBytes);
        stream.Position = stream.Length;
        stream.Write(layout.Tail(crc));
        NpzLayout.WriteCrc(stream, crc);
        KeptPermissions.Give(stream.SafeFileHandle, KeptPermissions.Of(target));
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(path, target, overwrite: true);
        return true;
    });

    public void Dispose() => stream.Dispose();

    // The file that the user named is the one to name: its part is ours.
    private static T Attempt<T>(string target, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (AtomicFile.Explain(target, e) is { } explained)
        {
            throw explained;
        }
    }

    private long EndOf(JournalEntry? entry) => layout.DataOffset + (entry?.Done ?? 0) * layout.SampleBytes;

    private void CutBack(RunJournal journal)
    {
        byte[] head = layout.Head(0);
        int good = 0;
        if (HasHead(head))
        {
            // Every batch is read: where a disk has damaged one, the finished array's checksum would be wrong.
            while (good < journal.Entries.Count && IsIntact(journal.Entries, good))
            {
                good++;
            }
        }
        journal.KeepFirst(good);
        if (good == 0)
        {
            stream.SetLength(0);
            stream.Write(head);
        }
        stream.SetLength(EndOf(good > 0 ? journal.Entries[good - 1] : null));
    }

    // The checksum in the head is written when the file is finished, and a process may die right after that.
    private bool HasHead(byte[] head)
    {
        byte[] found = new byte[head.Length];
        stream.Position = 0;
        if (stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) < found.Length)
        {
            return false;
        }
        NpzLayout.ClearCrc(found);
        return found.AsSpan().SequenceEqual(head);
    }

    private bool IsIntact(IReadOnlyList<JournalEntry> entries, int index)
    {
        long position = EndOf(index > 0 ? entries[index - 1] : null), end = EndOf(entries[index]);
        if (stream.Length < end)
        {
            return false;
        }
        byte[] chunk = new byte[ChunkBytes];
        uint crc = 0;
        stream.Position = position;
        for (int length; position < end; position += length)
        {
            length = (int)Math.Min(chunk.Length, end - position);
            stream.ReadExactly(chunk, 0, length);
            crc = Crc32.Append(crc, chunk.AsSpan(0, length));
        }
        return crc == entries[index].BatchCrc;
    }
}
