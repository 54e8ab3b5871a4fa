namespace NarVulkan.Text.Cleaning;

/// <summary>Where what begins with <c>&lt;!</c> ends, as <c>html.parser</c> of CPython 3.11 and its base class have it. Negative where it does not end.</summary>
internal static class HtmlDeclaration
{
    private const int Open = -1;

    /// <summary>A comment: two hyphens, perhaps white space, and the sign.</summary>
    public static int CommentEnd(string html, int at)
    {
        for (int dashes = html.IndexOf("--", at + 4, StringComparison.Ordinal); dashes >= 0; dashes = html.IndexOf("--", dashes + 1, StringComparison.Ordinal))
        {
            int behind = HtmlTag.SkipSpace(html, dashes + 2);
            if (behind < html.Length && html[behind] == '>')
            {
                return behind + 1;
            }
        }
        return Open;
    }

    /// <summary>A document type, or anything else that is taken for a comment.</summary>
    public static int End(string html, int at)
    {
        int from = at + (html.AsSpan(at).StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) ? 9 : 2);
        return from < html.Length && html.IndexOf('>', from) is >= 0 and int close ? close + 1 : Open;
    }

    /// <summary>A marked section: <c>&lt;![name[...]]&gt;</c>, or <c>&lt;![if ...]&gt;</c> as word processors write it.</summary>
    /// <param name="html">The page.</param>
    /// <param name="at">Where it begins.</param>
    /// <param name="known">Whether there are sections of this name; on others the original fails.</param>
    /// <param name="shown">The characters of a CDATA section; null for others, which show nothing.</param>
    public static int SectionEnd(string html, int at, out bool known, out Range? shown)
    {
        int start = at + 3, nameEnd = start;
        while (nameEnd < html.Length && (char.IsAsciiLetterOrDigit(html[nameEnd]) || html[nameEnd] is '-' or '_' or '.'))
        {
            nameEnd++;
        }
        bool named = start < html.Length && char.IsAsciiLetter(html[start]);
        shown = null;
        known = true;
        if (start == html.Length || (named && HtmlTag.SkipSpace(html, nameEnd) == html.Length))
        {
            return Open;
        }
        string name = named ? html[start..nameEnd].ToLowerInvariant() : "";
        bool office = name is "if" or "else" or "endif";
        known = office || name is "temp" or "cdata" or "ignore" or "include" or "rcdata";
        if (!known)
        {
            return Open;
        }
        for (int bracket = html.IndexOf(']', start); bracket >= 0; bracket = html.IndexOf(']', bracket + 1))
        {
            int behind = HtmlTag.SkipSpace(html, bracket + 1);
            if (!office)
            {
                behind = behind < html.Length && html[behind] == ']' ? HtmlTag.SkipSpace(html, behind + 1) : html.Length;
            }
            if (behind < html.Length && html[behind] == '>')
            {
                shown = html.AsSpan(start, bracket - start).StartsWith("cdata[", StringComparison.OrdinalIgnoreCase) ? (start + 6)..bracket : null;
                return behind + 1;
            }
        }
        return Open;
    }
}
