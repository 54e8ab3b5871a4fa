using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Sampling;

/// <summary>
/// What of a shard is done: a header, a line for each batch whose bytes are on disk, and a last line once the shard is finished. A batch
/// is written through to the disk before its line, so a process or machine that dies at any moment leaves a journal that tells the truth,
/// with at most a torn last line, which is cut off.
/// </summary>
internal sealed class RunJournal : IDisposable
{
    private const int LongestJournal = 256 << 20, LongestHeader = 1 << 20;

    private readonly FileStream stream;
    private readonly List<JournalEntry> entries = [];
    private readonly List<long> ends = [];
    private long headerEnd;

    private RunJournal(string path, FileStream stream)
    {
        Path = path;
        this.stream = stream;
    }

    public string Path { get; }

    /// <summary>Null for a new journal, or one in which nothing was begun.</summary>
    public JournalHeader? Header { get; private set; }

    public IReadOnlyList<JournalEntry> Entries => entries;

    public bool Finished { get; private set; }

    private string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>Opens the journal of a shard, or a new one, and keeps other processes out of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="restart">Throws away what it says.</param>
    /// <param name="like">The file that it speaks of, to whose permissions it keeps; null for none.</param>
    /// <exception cref="InvalidRequestException">It is no journal.</exception>
    /// <exception cref="OutputFileException">It is in use, or cannot be written.</exception>
    public static RunJournal Open(string path, bool restart, string? like = null)
    {
        RunJournal journal = new(path, Lock(path, like));
        try
        {
            if (restart)
            {
                journal.stream.SetLength(0);
            }
            journal.Load();
            return journal;
        }
        catch
        {
            journal.stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a journal that is not to be changed.</summary>
    /// <exception cref="InvalidRequestException">It is missing, in use, or no journal.</exception>
    public static RunJournal Read(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path, bufferSize: 0);
            RunJournal journal = new(path, file);
            journal.Load();
            return journal;
        }
        catch (FormatException)
        {
            throw new InvalidRequestException($"{path}: is no journal of narvk, but empty, or a pipe or device; make its shard again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException(
                e is FileNotFoundException or DirectoryNotFoundException
                    ? $"{path}: is missing; a shard's journal lies beside it, and belongs to it"
                    : $"{path}: cannot be read, or its shard is still being made ({e.Message})",
                e);
        }
    }

    /// <summary>What another process's journal begins with, while that may be at work on it; null where that cannot be told.</summary>
    public static JournalHeader? Peek(string path)
    {
        try
        {
            // Before it is opened: opening a pipe would wait for ever.
            if (new FileInfo(path) is not { Exists: true, Length: > 0, LinkTarget: null })
            {
                return null;
            }
            // Without a lock, so that nobody who begins to work on it finds it in use.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] bytes = new byte[LongestHeader];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false), end = Array.IndexOf(bytes, (byte)'\n', 0, length);
            return end < 0 ? null : JournalText.ReadHeader(bytes.AsMemory(0, end));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Begins a new journal.</summary>
    public void Begin(JournalHeader header)
    {
        stream.SetLength(0);
        Append(JournalText.Line(header));
        DiskSync.Instance.Folder(Folder);
        Header = header;
    }

    /// <summary>Takes back what was begun, where nothing is done yet: then the journal goes with <see cref="Dispose"/>.</summary>
    public void GiveUp()
    {
        if (entries.Count == 0)
        {
            stream.SetLength(0);
            Header = null;
        }
    }

    /// <summary>Notes a batch whose bytes are on disk.</summary>
    public void Add(JournalEntry entry)
    {
        Append(JournalText.Line(entry));
        entries.Add(entry);
        ends.Add(stream.Length);
    }

    /// <summary>Notes that the shard's files are in their place. The array's lies beside the journal: its new name is on disk before the line is.</summary>
    public void Finish()
    {
        DiskSync.Instance.Folder(Folder);
        Append(JournalText.FinishedLine());
        Finished = true;
    }

    /// <summary>Forgets all but the first entries: the bytes of the others are not what they should be.</summary>
    public void KeepFirst(int count)
    {
        if (count < entries.Count)
        {
            stream.SetLength(count == 0 ? headerEnd : ends[count - 1]);
            entries.RemoveRange(count, entries.Count - count);
            ends.RemoveRange(count, ends.Count - count);
        }
    }

    /// <summary>Lets other processes in. A journal that says nothing goes, while they are still kept out.</summary>
    public void Dispose()
    {
        bool empty = stream.CanWrite && stream.Length == 0;
        if (empty && !OperatingSystem.IsWindows())
        {
            File.Delete(Path);
        }
        stream.Dispose();
    }

    private static FileStream Lock(string path, string? like)
    {
        try
        {
            OutputPath.MakeFolder(System.IO.Path.GetDirectoryName(path)!);
            while (true)
            {
                FileStream stream = GrowingFile.Open(path, FileShare.None, like);
                // Between opening and locking, the one who held the lock may have taken the file away.
                if (File.Exists(path))
                {
                    return stream;
                }
                stream.Dispose();
            }
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new OutputFileException(path, $"another narvk is at work on this shard, or the file cannot be opened ({e.Message})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException(path, $"cannot be written ({e.Message})", e);
        }
    }

    // A line counts once its line end is there; what does not read as the next line, and all that follows, is cut off when writing goes on.
    private void Load()
    {
        if (stream.Length > LongestJournal)
        {
            throw new InvalidRequestException($"{Path}: is no journal of narvk; name another output, or delete the file");
        }
        byte[] bytes = new byte[stream.Length];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        int start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
        {
            ReadOnlyMemory<byte> line = bytes.AsMemory(start, end - start);
            if (Header is null)
            {
                Header = JournalText.ReadHeader(line)
                    ?? throw new InvalidRequestException($"{Path}: is no journal of this version of narvk; name another output, or throw it away with --restart");
                headerEnd = end + 1;
            }
            else if (!Finished && JournalText.ReadEntry(line) is { } entry
                && entry.Done > (entries.Count > 0 ? entries[^1].Done : 0) && entry.Done <= Header.Shape[0])
            {
                entries.Add(entry);
                ends.Add(end + 1);
            }
            else if (!Finished && JournalText.IsFinished(line))
            {
                Finished = true;
            }
            else
            {
                break;
            }
        }
        if (stream.CanWrite && start < bytes.Length)
        {
            stream.SetLength(start);
        }
    }

    private void Append(byte[] line)
    {
        stream.Position = stream.Length;
        stream.Write(line);
        stream.Flush(flushToDisk: true);
        headerEnd = headerEnd == 0 ? stream.Length : headerEnd;
    }
}
