namespace NarVulkan.Checkpoints;

/// <summary>A stored (uncompressed) entry of a zip archive.</summary>
/// <param name="Name">Full name with <c>/</c> between folders.</param>
/// <param name="DataStart">Byte offset of its contents in the archive file.</param>
/// <param name="Length">Bytes of its contents.</param>
internal sealed record ZipEntry(string Name, long DataStart, long Length);
