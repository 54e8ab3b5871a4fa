using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>The disk itself.</summary>
internal sealed partial class DiskSync : IDiskSync
{
    private const int ReadOnly = 0;

    public static readonly DiskSync Instance = new();

    private DiskSync()
    {
    }

    public void File(FileStream stream) => stream.Flush(flushToDisk: true);

    public void Folder(string path)
    {
        // Windows has no such call; and some file systems refuse it, on which names need no waiting for, or cannot be waited for.
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        int folder = Open(path, ReadOnly);
        if (folder >= 0)
        {
            _ = Sync(folder);
            _ = Close(folder);
        }
    }

    // .NET opens no folders.
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
