namespace NarVulkan;

/// <summary>A model folder or a weights file is missing, damaged, or not what was expected of it. Exit code 3.</summary>
public sealed class ModelFileException : NarException
{
    /// <param name="path">The file or folder at fault; it leads the message.</param>
    /// <param name="problem">What is wrong in it and what to do, without the path.</param>
    /// <param name="innerException">What the file system or a parser reported, if anything.</param>
    public ModelFileException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
        Path = path;
    }

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }
}
