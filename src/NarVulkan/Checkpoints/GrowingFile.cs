namespace NarVulkan.Checkpoints;

/// <summary>
/// Opens files that keep their contents from one run to the next and whose names can be guessed: parts, journals, locks. In a folder that
/// others may write to, such a name may be a link that somebody laid to a file of this user, which would be cut short and written over; or
/// a file of theirs, of which they would keep a hold; or a pipe.
/// </summary>
internal static class GrowingFile
{
    private const UnixFileMode OwnersReadAndWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens the file, or an empty one where there is none, for reading and writing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <param name="like">The file that it will be or speaks of: to whom that is closed, this is, too. Null for none.</param>
    /// <param name="looked">Is told each time that the name was looked at and is about to be opened, where somebody else may exchange it; for tests.</param>
    /// <exception cref="OutputFileException">It is a link, a pipe or another user's, or its folder is reached by a stranger's link.</exception>
    /// <exception cref="IOException">As of <see cref="FileStream"/>.</exception>
    public static FileStream Open(string path, FileShare share, string? like = null, Action? looked = null)
    {
        string real = OutputPath.ResolveFolderOf(path);
        // Its maker must be able to open it again.
        UnixFileMode? most = KeptPermissions.Of(like) is { } kept ? kept | OwnersReadAndWrite : null;
        while (true)
        {
            FileInfo there = new(real);
            if (there.LinkTarget is not null)
            {
                throw new OutputFileException(path, "is a link, through which nothing unfinished is written; remove it, or choose another place");
            }
            bool isThere = there.Exists;
            looked?.Invoke();
            if ((isThere ? OpenThatIsThere(path, real, share, most) : Make(real, share, most)) is { } stream)
            {
                return stream;
            }
        }
    }

    // Null where there is something by now. A file is made only where there is no name at all, so none is made through a link.
    private static FileStream? Make(string path, FileShare share, UnixFileMode? mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is { } kept)
        {
            options.UnixCreateMode = kept;
        }
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (new FileInfo(path) is { } there && (there.Exists || there.LinkTarget is not null))
        {
            return null;
        }
    }

    // Null where it is gone by now, or has been exchanged. Opened by its name, it may be another file than was looked at, so what was opened is asked; opening alone changes nothing.
    private static FileStream? OpenThatIsThere(string path, string real, FileShare share, UnixFileMode? most)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(real, FileMode.Open, FileAccess.ReadWrite, share, bufferSize: 0);
            FileIdentity? opened = FileOwners.Of(stream.SafeFileHandle);
            if (opened is { } file && FileOwners.Of(real) is { } named && !named.IsSameAs(file))
            {
                return null;
            }
            if (!stream.CanSeek || opened is { IsRegular: false })
            {
                throw new OutputFileException(path, "is a pipe or device and nothing that narvk left unfinished; remove it, or name another output");
            }
            RequireOwn(path, opened, FileOwners.Of(Path.GetDirectoryName(real)!));
            KeptPermissions.Narrow(stream.SafeFileHandle, most);
            (FileStream taken, stream) = (stream, null);
            return taken;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        finally
        {
            stream?.Dispose();
        }
    }

    private static void RequireOwn(string path, FileIdentity? file, FileIdentity? folder)
    {
        if (folder is { } f && (f.Mode & UnixFileMode.OtherWrite) != 0
            && (OutputPath.Objection(file, folder, FileOwners.IsThisUser) is not null || file is { Names: > 1 }))
        {
            throw new OutputFileException(path, "lies in a folder that everybody may write to, and is another user's, or has a second name elsewhere; remove it, or choose another place");
        }
    }
}
