namespace NarVulkan;

/// <summary>A result could not be written: the disk is full, the folder is not writable. Exit code 1.</summary>
public sealed class OutputFileException : NarException
{
    /// <param name="path">The file that was to be written; it leads the message.</param>
    /// <param name="problem">What went wrong and what to do, without the path.</param>
    /// <param name="innerException">What the file system reported, if anything.</param>
    public OutputFileException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
        Path = path;
    }

    /// <summary>The file that was to be written.</summary>
    public string Path { get; }
}
