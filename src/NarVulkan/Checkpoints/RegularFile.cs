namespace NarVulkan.Checkpoints;

/// <summary>Opens files that others named. Opening a pipe that nobody writes to would wait for ever, and a device has no length to check.</summary>
internal static class RegularFile
{
    private const string Problem = "the file is empty, or a pipe, socket or device; download or copy it again";

    /// <summary>Opens a file with contents for reading; links are followed.</summary>
    /// <exception cref="FormatException">It is empty or no regular file; the message says what to do.</exception>
    /// <exception cref="IOException">As of <see cref="FileStream"/>.</exception>
    public static FileStream OpenRead(string path, int bufferSize)
    {
        // Pipes, sockets and devices have a length of 0, except pipes with something in them: those have a writer, and open at once.
        FileInfo file = new(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
        {
            file = target;
        }
        if (file is { Exists: true, Length: 0 })
        {
            throw new FormatException(Problem);
        }
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize);
        try
        {
            return stream.CanSeek && stream.Length > 0 ? stream : throw new FormatException(Problem);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
