namespace NarVulkan.Cli.Fetching;

/// <summary>A file of a repository, as the hub lists it.</summary>
/// <param name="Path">Its path there.</param>
/// <param name="Bytes">Its size; null where the hub does not say.</param>
/// <param name="Sha256">Its SHA-256; null for a small file, of which the hub says another checksum.</param>
internal sealed record RemoteFile(string Path, long? Bytes, string? Sha256);
