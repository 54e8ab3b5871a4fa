namespace NarVulkan.Cli.Fetching;

/// <summary>The disk itself.</summary>
internal sealed class FetchDisk : IFetchDisk
{
    public static readonly FetchDisk Instance = new();

    private FetchDisk()
    {
    }

    public long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // A network path of Windows, say. The disk itself will tell when it is full.
            return null;
        }
    }

    public void Append(FileStream stream, ReadOnlySpan<byte> bytes) => stream.Write(bytes);
}
