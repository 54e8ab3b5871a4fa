namespace NarVulkan.Cli.Options;

/// <summary>A model folder to write.</summary>
/// <param name="Directory">Its full path.</param>
/// <param name="Heads">Null: as the file or the table of published sizes says.</param>
/// <param name="Grid">Null: as the file says.</param>
/// <param name="ClassFile">Full path; null: none.</param>
internal sealed record InitSettings(string Directory, int? Heads, int[]? Grid, string? ClassFile);
