namespace NarVulkan.Checkpoints;

/// <summary>
/// Opens files that keep their contents from one run to the next and whose names can be guessed: parts, journals, locks. In a folder that
/// others may write to, such a name may be a link that somebody laid to a file of this user, which would be cut short and written over.
/// </summary>
internal static class GrowingFile
{
    /// <summary>Opens the file, or an empty one where there is none, for reading and writing.</summary>
    /// <exception cref="OutputFileException">It is a link.</exception>
    /// <exception cref="IOException">As of <see cref="FileStream"/>.</exception>
    public static FileStream Open(string path, FileShare share) => new FileInfo(path).LinkTarget is null
        ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0)
        : throw new OutputFileException(path, "is a link, through which nothing unfinished is written; remove it, or choose another place");
}
