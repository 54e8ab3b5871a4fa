namespace NarVulkan.Checkpoints;

/// <summary>The little of Python's literal syntax that <c>.npy</c> headers use.</summary>
internal static class PythonLiteral
{
    /// <summary>
    /// Reads <c>{'key': value, ...}</c> where a value is a quoted string, a word, or a parenthesised list, which comes back with its
    /// parentheses; strings come back without their quotes.
    /// </summary>
    /// <exception cref="FormatException">The text is anything else, or a key occurs twice.</exception>
    public static Dictionary<string, string> ParseDictionary(ReadOnlySpan<char> text)
    {
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        ReadOnlySpan<char> rest = text.Trim();
        if (!rest.StartsWith('{') || !rest.EndsWith('}'))
        {
            throw Damaged();
        }
        rest = rest[1..^1].Trim();
        while (rest.Length > 0)
        {
            string key = TakeQuoted(ref rest);
            Take(ref rest, ':');
            string value = rest.Length == 0 ? throw Damaged()
                : rest[0] is '\'' or '"' ? TakeQuoted(ref rest)
                : TakeUntil(ref rest, rest[0] == '(' ? ')' : ',');
            if (!entries.TryAdd(key, value))
            {
                throw Damaged();
            }
            if (rest.Length > 0)
            {
                Take(ref rest, ',');
            }
        }
        return entries;
    }

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        int length = rest.Length > 0 && rest[0] is ('\'' or '"') ? rest[1..].IndexOf(rest[0]) : -1;
        if (length < 0)
        {
            throw Damaged();
        }
        string text = rest.Slice(1, length).ToString();
        rest = rest[(length + 2)..].TrimStart();
        return text;
    }

    // A closing parenthesis belongs to the value, a comma does not; a word may also end the text.
    private static string TakeUntil(ref ReadOnlySpan<char> rest, char end)
    {
        int index = rest.IndexOf(end);
        if (index < 0 && end == ')')
        {
            throw Damaged();
        }
        int length = index < 0 ? rest.Length : end == ')' ? index + 1 : index;
        string value = rest[..length].Trim().ToString();
        rest = rest[length..].TrimStart();
        return value;
    }

    private static void Take(ref ReadOnlySpan<char> rest, char expected)
    {
        if (!rest.StartsWith(expected))
        {
            throw Damaged();
        }
        rest = rest[1..].TrimStart();
    }

    private static FormatException Damaged() => new("has a damaged or unsupported header; write it with numpy.save");
}
