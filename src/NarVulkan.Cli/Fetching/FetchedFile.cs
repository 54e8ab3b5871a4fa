namespace NarVulkan.Cli.Fetching;

/// <summary>A file that is in its place.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256; null for one that was there before, which was not read.</param>
/// <param name="IsVerified">Whether the checksum was known beforehand, and is that.</param>
internal sealed record FetchedFile(string Path, long Bytes, string? Sha256, bool IsVerified)
{
    public bool WasThere => Sha256 is null;
}
