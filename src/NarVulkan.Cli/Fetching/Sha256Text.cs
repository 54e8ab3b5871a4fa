namespace NarVulkan.Cli.Fetching;

/// <summary>A SHA-256 as text: 64 hexadecimal digits.</summary>
internal static class Sha256Text
{
    private const int Digits = 64;

    /// <summary>In lower case; null if it is not 64 hexadecimal digits.</summary>
    public static string? Parse(string? text) => text is { Length: Digits } && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    /// <summary>What an entity tag says of the contents: the hub's tag of a large file is its SHA-256. Null where it is none.</summary>
    public static string? OfTag(string? tag)
    {
        string? bare = tag?.Trim();
        bare = bare?.StartsWith("W/", StringComparison.Ordinal) == true ? bare[2..] : bare;
        return Parse(bare?.Trim('"'));
    }
}
