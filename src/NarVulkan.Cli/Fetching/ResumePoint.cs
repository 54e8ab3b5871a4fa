namespace NarVulkan.Cli.Fetching;

/// <summary>From where a transfer goes on, and how to be sure that the rest is of the same file.</summary>
/// <param name="Offset">Bytes that are there.</param>
/// <param name="Validator">For <c>If-Range</c>: a strong entity tag, or a date; null where the server gave none, or it was another server.</param>
/// <param name="Sha256">Of the whole file; null where it is not known.</param>
internal sealed record ResumePoint(long Offset, string? Validator, string? Sha256);
