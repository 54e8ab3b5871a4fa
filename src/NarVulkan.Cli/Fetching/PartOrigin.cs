namespace NarVulkan.Cli.Fetching;

/// <summary>Of which file a part is, so that it is continued with that file or not at all.</summary>
/// <param name="Source">REPOSITORY@REVISION/PATH.</param>
/// <param name="Endpoint">Scheme, host and port of the hub: what <paramref name="Validator"/> is of.</param>
/// <param name="Validator">A strong entity tag or a date; null where the server gave none.</param>
/// <param name="Sha256">Of the whole file; null where it is not known.</param>
internal sealed record PartOrigin(string Source, string Endpoint, string? Validator, string? Sha256);
