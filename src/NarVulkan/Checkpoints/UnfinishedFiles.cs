using System.Collections.Concurrent;

namespace NarVulkan.Checkpoints;

/// <summary>The temporary files of all that is being written, by any thread: for a process that ends without unwinding them.</summary>
internal sealed class UnfinishedFiles
{
    private readonly ConcurrentDictionary<string, bool> paths = new(StringComparer.Ordinal);

    public static UnfinishedFiles OfThisProcess { get; } = new();

    /// <summary>Before the file is made: a moment in between would leave one that nobody knows.</summary>
    public void Add(string path) => paths[path] = true;

    public void Remove(string path) => paths.TryRemove(path, out _);

    /// <summary>Deletes them all. What cannot be deleted is passed over.</summary>
    public void DeleteAll()
    {
        foreach (string path in paths.Keys)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Nothing more can be done about it now.
                continue;
            }
        }
    }
}
