namespace NarVulkan.Cli.Fetching;

/// <summary>
/// Which names are taken from a catalog or a hub. Few characters, so that a name means one thing in a path, in an address and on a
/// terminal, on every system, and never leads out of a folder.
/// </summary>
internal static class PlainNames
{
    private const int Longest = 96;
    private const int MostFolders = 4;

    /// <summary>A file or folder: ASCII letters, digits, dot, hyphen and underscore, not beginning with a dot or hyphen, and no device of Windows.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= Longest && text.All(IsPlain) && text[0] is not ('.' or '-') && text[^1] != '.' && !IsDevice(text);

    /// <summary>A relative path of such names, with slashes.</summary>
    public static bool IsPath(string text) => text.Split('/') is var parts && parts.Length <= MostFolders && parts.All(IsName);

    /// <summary>A repository: OWNER/NAME.</summary>
    public static bool IsRepository(string text) => text.Split('/') is [var owner, var name] && IsName(owner) && IsName(name);

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static bool IsDevice(string text)
    {
        string stem = text.Split('.')[0].ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)) && char.IsAsciiDigit(stem[3]));
    }
}
