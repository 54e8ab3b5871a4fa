namespace NarVulkan.Text.Cleaning;

/// <summary>Rules about scripts, dashes, quotation marks and punctuation.</summary>
internal static class Symbols
{
    private static readonly RangeSet DashSet = new(
        "2D 58A 5BE 1400 1806 2010-2015 2E17 2E1A 2E3A-2E3B 2E40 301C 3030 30A0 FE31-FE32 FE58 FE63 FF0D".Split(' '));

    /// <summary>Removes Chinese characters, and what stands in the blocks beside them: strokes, phonetic extensions, enclosed and square forms, hexagrams.</summary>
    public static int[] RemoveChinese(int[] text) => Scan.ReplaceRuns(text, c => c is >= 0x31C0 and <= 0x31EF or >= 0x31F0 and <= 0x31FF or >= 0x3200 and <= 0x9FFF);

    /// <summary>Dashes of all kinds, several of them too, become a hyphen.</summary>
    public static int[] Dashes(int[] text) => Scan.ReplaceRuns(text, DashSet.Contains, "-");

    /// <summary>Quotation marks become straight ones; of single ones only the English two.</summary>
    public static int[] Quotes(int[] text)
        => [.. text.Select(c => c is '`' or '\u00B4' or '\u00AB' or '\u00BB' or '\u201C' or '\u201D' or '\u00A8' ? '"' : c is '\u2018' or '\u2019' ? '\'' : c)];

    /// <summary>Removes what is left of entities that were escaped twice.</summary>
    public static int[] RemoveEntityNames(int[] text)
    {
        text = Scan.Replace(text, static (span, at) => Scan.Literal(span, at, "&quot") is >= 0 and int end ? end + (Scan.Is(span, end, ';') ? 1 : 0) : Scan.None);
        return Scan.Replace(text, static (span, at) => Scan.Literal(span, at, "&amp"));
    }

    /// <summary>A line break that is written as two characters becomes a space.</summary>
    public static int[] WrittenLineBreaks(int[] text) => Scan.Replace(text, static (span, at) => Scan.Literal(span, at, "\\n"), " ");

    /// <summary>Several quotation marks become one, several dots and every run of signs that captions do without a space, as does a dot that stands alone.</summary>
    public static int[] Punctuation(int[] text)
    {
        text = Scan.ReplaceRuns(text, c => c is '"' or '\'', "\"", least: 2);
        text = Scan.ReplaceRuns(text, c => c == '.', " ", least: 2);
        text = Scan.ReplaceRuns(text, IsUnwanted, " ");
        int spacesEnd = 0;
        return Scan.Replace(text, (span, at) =>
        {
            // Spaces without a dot behind them are looked at once.
            if (at < spacesEnd || !Scan.Is(span, at, Scan.IsSpace))
            {
                return Scan.None;
            }
            spacesEnd = Scan.Run(span, at, Scan.IsSpace);
            return Scan.Is(span, spacesEnd, '.') && Scan.Run(span, spacesEnd + 1, Scan.IsSpace) is var end && end > spacesEnd + 1 ? end : Scan.None;
        }, " ");
    }

    /// <summary>Where more than three words are joined by hyphens or underscores, these become spaces.</summary>
    public static int[] JoinedWords(int[] text) => text.Count(IsJoint) > 3 ? [.. text.Select(c => IsJoint(c) ? ' ' : c)] : text;

    private static bool IsJoint(int c) => c is '-' or '_';

    private static bool IsUnwanted(int c) => c is '#' or '\u00AE' or '\u2022' or '\u00A9' or '\u2122' or '&' or '@' or '\u00B7' or '\u00BA' or '\u00BD' or '\u00BE' or '\u00BF'
        or '\u00A1' or '\u00A7' or '~' or ')' or '(' or ']' or '[' or '}' or '{' or '|' or '\\' or '/' or '*';
}
