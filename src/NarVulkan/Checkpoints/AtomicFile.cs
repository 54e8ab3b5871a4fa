namespace NarVulkan.Checkpoints;

/// <summary>
/// Writes a file so that it appears whole or not at all: into a temporary file in the same folder, renamed over the target by
/// <see cref="Commit"/>. Disposed without a commit, nothing is left and an existing file is as it was.
/// A file that is replaced keeps its permissions. Devices and pipes under <c>/dev</c> and <c>/proc</c> are written directly, since a rename would replace them.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int DiskFullUnix = 28;
    private const int QuotaExceededUnix = 122;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    private readonly string path;
    private readonly string target;
    private readonly string? temporary;
    private FileStream? stream;

    private AtomicFile(string path, string target, string? temporary, UnixFileMode? mode = null)
    {
        this.path = path;
        this.target = target;
        this.temporary = temporary;
        // Unbuffered, so that giving up never has anything left to write.
        stream = temporary is null
            ? new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
            : OpenTemporary(temporary, mode);
    }

    /// <summary>Starts a file that the user named; missing folders on the way are created.</summary>
    /// <exception cref="OutputFileException">The folder cannot be made or written to, or <paramref name="path"/> is a folder, or a stranger's link.</exception>
    public static AtomicFile Create(string path) => Create(path, isOurName: false, like: null);

    private static AtomicFile Create(string path, bool isOurName, string? like)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new OutputFileException(path, "is no file name; name a file");
        }
        return Attempt(path, () =>
        {
            if (OutputPath.IsDevice(Path.GetFullPath(path)))
            {
                return new AtomicFile(path, path, null);
            }
            // Through a link, the file it points to is replaced, not the link.
            string target = isOurName ? OutputPath.ResolveFolderOf(path) : OutputPath.Resolve(path);
            if (Directory.Exists(target) || Path.EndsInDirectorySeparator(path))
            {
                throw new OutputFileException(path, "is a folder; name a file in it");
            }
            if (OutputPath.IsDevice(target))
            {
                return new AtomicFile(path, target, null);
            }
            string folder = Path.GetDirectoryName(target)!;
            Directory.CreateDirectory(folder);
            return new AtomicFile(path, target, Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), KeptPermissions.Of(target) ?? KeptPermissions.Of(like));
        });
    }

    /// <summary>Writes a whole file by a function that is given the stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="sync">Waits for the bytes before the file gets its name, so that a power cut leaves no torn file under it; null, which is faster, does not wait.</param>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write, IDiskSync? sync = null) => Write(Create(path), write, sync);

    /// <summary>
    /// Writes a whole file that has its name from the program, beside others in a folder that the user named. Such a name can be guessed by who
    /// fills the folder, so a link there is replaced by the file, and what it leads to stays.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="sync">As above.</param>
    /// <param name="like">The file that it speaks of: to whom that is closed, this is, too. Null for none.</param>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void WriteOwn(string path, Action<Stream> write, IDiskSync? sync = null, string? like = null) => Write(Create(path, isOurName: true, like), write, sync);

    private static void Write(AtomicFile created, Action<Stream> write, IDiskSync? sync)
    {
        using AtomicFile file = created;
        Attempt(file.path, () =>
        {
            using BufferedStream buffered = new(file.stream!, BufferSize);
            write(buffered);
            buffered.Flush();
            if (file.temporary is not null)
            {
                sync?.File(file.stream!);
            }
            return 0;
        });
        file.Commit();
    }

    /// <exception cref="OutputFileException">The bytes cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(stream is null, this);
        try
        {
            stream.Write(bytes);
        }
        catch (Exception e) when (Explain(path, e) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Puts the file in its place.</summary>
    /// <exception cref="OutputFileException">The last bytes cannot be written, or the target cannot be replaced.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(stream is null, this);
        Attempt(path, () =>
        {
            // Network file systems may report a full disk only now.
            stream.Dispose();
            if (temporary is not null)
            {
                File.Move(temporary, target, overwrite: true);
                UnfinishedFiles.OfThisProcess.Remove(temporary);
            }
            return 0;
        });
        stream = null;
    }

    public void Dispose()
    {
        if (stream is null)
        {
            return;
        }
        stream.Dispose();
        stream = null;
        if (temporary is not null)
        {
            File.Delete(temporary);
            UnfinishedFiles.OfThisProcess.Remove(temporary);
        }
    }

    private static FileStream OpenTemporary(string temporary, UnixFileMode? mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is { } kept)
        {
            options.UnixCreateMode = kept;
        }
        UnfinishedFiles.OfThisProcess.Add(temporary);
        try
        {
            FileStream stream = new(temporary, options);
            KeptPermissions.Give(stream.SafeFileHandle, mode);
            return stream;
        }
        catch
        {
            UnfinishedFiles.OfThisProcess.Remove(temporary);
            throw;
        }
    }

    private static T Attempt<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (Explain(path, e) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Words what a file system says when it cannot write; null for anything else.</summary>
    public static OutputFileException? Explain(string path, Exception e) => e switch
    {
        IOException { HResult: DiskFullUnix or QuotaExceededUnix or DiskFullWindows or HandleDiskFullWindows }
            => new OutputFileException(path, "cannot be written: the disk is full; free some space or choose another place", e),
        UnauthorizedAccessException => new OutputFileException(path, "may not be written; check the permissions or choose another place", e),
        IOException => new OutputFileException(path, $"cannot be written ({e.Message})", e),
        _ => null,
    };
}
