using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Fetching;

/// <summary>The folder of a model that is being fetched, which no other process fetches at the same time. Made for that and left empty, it goes again.</summary>
internal sealed class ModelDirectory : IDisposable
{
    /// <summary>The file that keeps others out.</summary>
    public const string LockName = ".narvk-fetch";

    private readonly FileStream guard;
    private readonly bool isNew;

    private ModelDirectory(string path, FileStream guard, bool isNew)
    {
        Path = path;
        this.isNew = isNew;
        this.guard = guard;
    }

    public string Path { get; }

    /// <exception cref="FetchException">Another process is at it.</exception>
    /// <exception cref="OutputFileException">The folder cannot be made or written to.</exception>
    public static ModelDirectory Open(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        bool isNew = !Directory.Exists(path);
        try
        {
            while (true)
            {
                OutputPath.MakeFolder(path);
                FileStream guard = GrowingFile.Open(file, FileShare.None);
                // Between opening and locking, the one who held the lock may have taken the file away.
                if (File.Exists(file))
                {
                    return new ModelDirectory(path, guard, isNew);
                }
                guard.Dispose();
            }
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new FetchException(path, "another narvk is fetching this model; wait until it is done", e);
        }
        catch (Exception e) when (AtomicFile.Explain(path, e) is { } explained)
        {
            throw explained;
        }
    }

    public void Dispose()
    {
        string file = System.IO.Path.Combine(Path, LockName);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file);
        }
        guard.Dispose();
        try
        {
            if (OperatingSystem.IsWindows())
            {
                File.Delete(file);
            }
            foreach (string folder in isNew ? Directory.GetDirectories(Path, "*", SearchOption.AllDirectories).OrderByDescending(folder => folder.Length).Append(Path) : [])
            {
                if (!Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    Directory.Delete(folder);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else has begun to use it.
        }
    }
}
