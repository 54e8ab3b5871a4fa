using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary><c>fix_text</c> of ftfy 6.3 with its usual settings: repairs text that was read wrong, and gives common characters their common form. Lines are repaired one by one.</summary>
internal static class TextRepair
{
    /// <summary>Each round may give the next one something to do; a text that is good after none of so many never is.</summary>
    private const int MostRounds = 100;

    private static readonly Dictionary<char, string> Ligatures = new()
    {
        ['\u0132'] = "IJ", ['\u0133'] = "ij", ['\u0149'] = "\u02BCn", ['\u01F1'] = "DZ", ['\u01F2'] = "Dz", ['\u01F3'] = "dz",
        ['\u01C4'] = "D\u017D", ['\u01C5'] = "D\u017E", ['\u01C6'] = "d\u017E", ['\u01C7'] = "LJ", ['\u01C8'] = "Lj", ['\u01C9'] = "lj",
        ['\u01CA'] = "NJ", ['\u01CB'] = "Nj", ['\u01CC'] = "nj",
        ['\uFB00'] = "ff", ['\uFB01'] = "fi", ['\uFB02'] = "fl", ['\uFB03'] = "ffi", ['\uFB04'] = "ffl", ['\uFB05'] = "\u017Ft", ['\uFB06'] = "st",
    };

    /// <summary>The repaired text.</summary>
    public static string Repair(string text)
    {
        StringBuilder result = new(text.Length);
        // Where a line has a tag, it and all behind it are HTML, and what is escaped there is meant.
        bool unescape = true;
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start) + 1;
            string line = text[start..(end == 0 ? text.Length : end)];
            unescape &= !line.Contains('<');
            result.Append(RepairLine(line, unescape));
            start += line.Length;
        }
        return result.ToString();
    }

    private static string RepairLine(string line, bool unescape)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            string repaired = unescape ? Unescape(line) : line;
            repaired = EncodingRepair.ReplaceControls(EncodingRepair.Repair(repaired));
            repaired = RemoveControls(RemoveTerminalCodes(JoinSurrogates(BreakLines(UncurlAndWiden(repaired)))));
            repaired = CanonicalComposition.Compose(repaired);
            if (repaired == line)
            {
                break;
            }
            line = repaired;
        }
        return line;
    }

    /// <summary>References that end in a semicolon, and those of small letters when all of the name is in capitals.</summary>
    private static string Unescape(string text)
    {
        const int LongestName = 24;
        StringBuilder result = new(text.Length);
        int copied = 0;
        for (int at = text.IndexOf('&'); at >= 0; at = text.IndexOf('&', at + 1))
        {
            int start = at + 1 < text.Length && text[at + 1] == '#' ? at + 2 : at + 1, end = start;
            while (end < text.Length && end - start <= LongestName && char.IsAsciiLetterOrDigit(text[end]))
            {
                end++;
            }
            if (end == start || end - start > LongestName || end == text.Length || text[end] != ';')
            {
                continue;
            }
            string reference = text[at..(end + 1)];
            result.Append(text, copied, at - copied).Append(Character(reference));
            copied = end + 1;
            at = end;
        }
        return copied == 0 ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    // What a reference with its semicolon stands for, or itself.
    private static string Character(string reference)
    {
        if (reference[1] == '#')
        {
            string number = HtmlEntities.Unescape(reference);
            return number.Contains(';') ? reference : number;
        }
        string name = reference[1..^1], small = name.ToLowerInvariant();
        if (HtmlEntities.Names.TryGetValue(name, out string? characters))
        {
            return characters;
        }
        bool capitals = name != small && name == name.ToUpperInvariant() && HtmlEntities.Unescape(reference) == reference;
        return capitals && HtmlEntities.Names.TryGetValue(small, out characters) ? UpperCase(characters) : reference;
    }

    // As Python has it: the capitals of some letters are two.
    private static string UpperCase(string text) => text switch
    {
        "\u00DF" => "SS",
        "\u0149" => "\u02BCN",
        [>= '\uFB00' and <= '\uFB04'] => Ligatures[text[0]].ToUpperInvariant(),
        _ => text.ToUpperInvariant(),
    };

    private static string UncurlAndWiden(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (c < '\u0132')
            {
                result.Append(c);
            }
            else if (Ligatures.TryGetValue(c, out string? letters))
            {
                result.Append(letters.Replace('\u02BC', '\''));
            }
            else if (c >= '\uFF01' && Unicode14.Data.Widths.TryGetValue(c, out int[]? usual))
            {
                result.Append(CodePoints.ToText(usual));
            }
            else
            {
                result.Append(c switch
                {
                    '\u3000' => ' ',
                    '\u02BC' or (>= '\u2018' and <= '\u201B') => '\'',
                    >= '\u201C' and <= '\u201F' => '"',
                    _ => c,
                });
            }
        }
        return result.ToString();
    }

    private static string BreakLines(string text)
        => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace('\u2028', '\n').Replace('\u2029', '\n').Replace('\u0085', '\n');

    // Pairs are characters already; halves become the sign for what is lost.
    private static string JoinSurrogates(string text)
        => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    // Escape, bracket, numbers with semicolons, a letter: colours and movements of terminals.
    private static string RemoveTerminalCodes(string text)
    {
        if (!text.Contains('\u001B'))
        {
            return text;
        }
        return CodePoints.ToText(Scan.Replace(CodePoints.Of(text), static (span, at) => Scan.Literal(span, at, "\u001B[") is >= 0 and int start
            && Scan.Run(span, start, c => c == ';' || Scan.IsDigit(c)) is var letter && Scan.Is(span, letter, Scan.IsLetter) ? letter + 1 : Scan.None));
    }

    private static string RemoveControls(string text) => text.Any(IsControl) ? string.Concat(text.Where(c => !IsControl(c))) : text;

    private static bool IsControl(char c) => c is <= '\u0008' or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F'
        or (>= '\u206A' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFC');
}
