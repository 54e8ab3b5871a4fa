namespace NarVulkan.Text.Cleaning;

/// <summary>
/// What the rules are made of: the pieces of Python's regular expressions, over code points. The rules are written out instead of given to a
/// regular expression engine since .NET's classes differ from Python's, and since none of them may take more than linear time, whatever the text.
/// </summary>
internal static class Scan
{
    /// <summary>Where a match that begins at a place ends; negative if there is none.</summary>
    public delegate int Rule(ReadOnlySpan<int> text, int at);

    public const int None = -1;

    public static bool IsWord(int c) => Unicode14.Data.Words.Contains(c);

    public static bool IsDigit(int c) => Unicode14.Data.Digits.Contains(c);

    public static bool IsSpace(int c) => c <= 0xFFFF && PythonText.IsSpace((char)c);

    /// <summary>Latin letters without accents.</summary>
    public static bool IsLetter(int c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z';

    /// <summary>Whether there is a character of a kind.</summary>
    public static bool Is(ReadOnlySpan<int> text, int at, Func<int, bool> kind) => (uint)at < (uint)text.Length && kind(text[at]);

    public static bool Is(ReadOnlySpan<int> text, int at, char c) => (uint)at < (uint)text.Length && text[at] == c;

    /// <summary><c>\b</c>: a word begins or ends here.</summary>
    public static bool IsBoundary(ReadOnlySpan<int> text, int at) => Is(text, at - 1, IsWord) != Is(text, at, IsWord);

    /// <summary>The end of the characters of a kind that begin at a place.</summary>
    public static int Run(ReadOnlySpan<int> text, int at, Func<int, bool> kind, int most = int.MaxValue)
    {
        int end = at;
        while (end - at < most && Is(text, end, kind))
        {
            end++;
        }
        return end;
    }

    /// <summary>The end of a word that stands at a place; negative if another does.</summary>
    public static int Literal(ReadOnlySpan<int> text, int at, string word)
    {
        if (at < 0 || at > text.Length - word.Length)
        {
            return None;
        }
        for (int i = 0; i < word.Length; i++)
        {
            if (text[at + i] != word[i])
            {
                return None;
            }
        }
        return at + word.Length;
    }

    /// <summary>The end of the first of some words that stands at a place.</summary>
    public static int AnyOf(ReadOnlySpan<int> text, int at, ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (Literal(text, at, word) is >= 0 and int end)
            {
                return end;
            }
        }
        return None;
    }

    /// <summary>The text with every match replaced, from left to right, as <c>re.sub</c> does it. No rule matches nothing.</summary>
    public static int[] Replace(int[] text, Rule rule, string replacement = "")
    {
        List<int>? result = null;
        int copied = 0;
        for (int at = 0; at < text.Length;)
        {
            int end = rule(text, at);
            if (end <= at)
            {
                at++;
                continue;
            }
            result ??= new List<int>(text.Length);
            result.AddRange(text.AsSpan(copied, at - copied));
            foreach (char c in replacement)
            {
                result.Add(c);
            }
            copied = at = end;
        }
        result?.AddRange(text.AsSpan(copied));
        return result is null ? text : [.. result];
    }

    /// <summary>The text with every run of characters of a kind replaced.</summary>
    public static int[] ReplaceRuns(int[] text, Func<int, bool> kind, string replacement = "", int least = 1)
        => Replace(text, (span, at) => Run(span, at, kind) is var end && end - at >= least ? end : None, replacement);
}
