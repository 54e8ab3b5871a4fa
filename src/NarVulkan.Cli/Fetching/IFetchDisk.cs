namespace NarVulkan.Cli.Fetching;

/// <summary>What a download asks of the disk.</summary>
internal interface IFetchDisk
{
    /// <summary>Bytes that may still be written in a folder that exists; null where the system does not tell.</summary>
    long? FreeBytes(string folder);

    /// <summary>Appends to a file.</summary>
    void Append(FileStream stream, ReadOnlySpan<byte> bytes);
}
