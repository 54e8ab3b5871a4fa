using NarVulkan.Checkpoints;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Keeps in order what was waited for, and waits for nothing.</summary>
internal sealed class RecordingDiskSync : IDiskSync
{
    private readonly Lock gate = new();

    /// <summary>Files under the names that they had then, and folders.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Bytes of each file then, as another reader of the disk saw them.</summary>
    public List<long> FileLengths { get; } = [];

    public Action<FileStream>? BeforeFile { get; init; }

    public void File(FileStream stream)
    {
        BeforeFile?.Invoke(stream);
        lock (gate)
        {
            Paths.Add(stream.Name);
            FileLengths.Add(new FileInfo(stream.Name).Length);
        }
    }

    public void Folder(string path)
    {
        lock (gate)
        {
            Paths.Add(path);
        }
    }
}
