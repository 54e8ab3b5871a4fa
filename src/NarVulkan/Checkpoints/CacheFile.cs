namespace NarVulkan.Checkpoints;

/// <summary>
/// Files of the user's cache folder: readable and writable by this user alone, replaced in one move, and read only if nobody else can have
/// written them. What goes wrong is an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; callers go on without the cache.
/// </summary>
internal static class CacheFile
{
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The file's bytes; null where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Refuse files of more bytes.</param>
    /// <exception cref="IOException">It cannot be read, is too long, no regular file, or others may have written it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[]? Read(string path, int most)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            using FileStream file = RegularFile.OpenRead(path, bufferSize: 0);
            if (FileTrust.Objection(file.SafeFileHandle) is { } objection)
            {
                throw new IOException(objection);
            }
            if (file.Length > most)
            {
                throw new IOException($"it has {file.Length} bytes, more than {most}");
            }
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (FormatException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Writes the file aside and puts it in its place: a reader sees the old or the new one, never a part.</summary>
    /// <exception cref="IOException">It cannot be written; what was there stays, and nothing else is left.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        path = WithoutLinks(path);
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, OwnFolder);
            }
        }
        string temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():n}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnFile;
        }
        try
        {
            using (FileStream file = new(temporary, options))
            {
                file.Write(bytes);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    // The name itself is replaced by a move, whatever it is.
    private static string WithoutLinks(string path)
    {
        try
        {
            return OutputPath.ResolveFolderOf(path);
        }
        catch (OutputFileException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is read-only or full; there is nothing of ours to clean up, and the first problem is what is told.
            return;
        }
    }
}
