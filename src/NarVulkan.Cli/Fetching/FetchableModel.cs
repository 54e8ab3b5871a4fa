using System.Text.Json;

namespace NarVulkan.Cli.Fetching;

/// <summary>A published model, as the catalog describes it.</summary>
internal sealed record FetchableModel
{
    /// <summary>What the user types, and the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required string Title { get; init; }

    /// <summary>What it makes.</summary>
    public required NarMedia Media { get; init; }

    /// <summary>OWNER/NAME on the hub; null where it is not known, and the user has to say it.</summary>
    public string? Repository { get; init; }

    /// <summary>Branch, tag or commit.</summary>
    public required string Revision { get; init; }

    /// <summary>Page of the hub, relative to its address, that lists repositories where <see cref="Repository"/> is not known.</summary>
    public string? Page { get; init; }

    /// <summary>What is known of its licence; null for nothing.</summary>
    public string? Licence { get; init; }

    /// <summary>Names of models that it does not work without: its tokenizer, which others share.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    public required IReadOnlyList<FetchableFile> Files { get; init; }

    /// <summary>What its <c>narvk.json</c> says beside format and name.</summary>
    public required JsonElement Folder { get; init; }

    /// <summary>Whether it makes tokens, and is not a tokenizer alone.</summary>
    public bool IsGenerator => Folder.TryGetProperty("generator", out _);

    /// <summary>Sum of the sizes of its files; null where one is not known.</summary>
    public long? Bytes => Files.All(file => file.Bytes is not null) ? Files.Sum(file => file.Bytes!.Value) : null;
}
