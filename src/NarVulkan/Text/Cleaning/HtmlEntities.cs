using System.Globalization;
using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary>Character references of HTML, named and numbered.</summary>
internal static class HtmlEntities
{
    /// <summary>Characters of the longest name that is looked for.</summary>
    private const int LongestName = 32;

    private static readonly Lazy<(Dictionary<string, string> Closed, Dictionary<string, string> Open)> Tables = new(Read);

    // What Windows-1252 has where Latin-1 has control characters: numbers of these are meant so. Five bytes are of no character.
    private const string Windows1252 = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>All names, without their semicolons, and what they stand for.</summary>
    public static IReadOnlyDictionary<string, string> Names => Tables.Value.Closed;

    /// <summary>The character of a number that is a byte of Windows-1252, its five gaps as in Latin-1.</summary>
    public static char OfByte(int value) => value is >= 0x80 and <= 0x9F ? Windows1252[value - 0x80] : (char)value;

    /// <summary>
    /// <c>html.unescape</c> of Python, which is HTML's own rule: names with or without semicolon, of those without also where they only begin a word; numbers of
    /// Windows-1252; characters that may not be referred to vanish.
    /// </summary>
    public static string Unescape(string text)
    {
        int at = text.IndexOf('&');
        if (at < 0)
        {
            return text;
        }
        StringBuilder result = new(text.Length);
        int copied = 0;
        for (; at >= 0; at = text.IndexOf('&', at))
        {
            result.Append(text, copied, at - copied);
            copied = at + 1 < text.Length && text[at + 1] == '#' ? Number(text, at, result) : Name(text, at, result);
            at = copied;
        }
        return result.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The code point that the digits of a reference stand for; more than there are, for numbers however long.</summary>
    public static int Value(ReadOnlySpan<char> digits, bool hexadecimal)
    {
        const int Beyond = 0x110000;
        digits = digits.TrimStart('0');
        // Eight hexadecimal or ten decimal digits are beyond, or do not fit.
        return digits.Length switch
        {
            0 => 0,
            > 7 => Beyond,
            _ => Math.Min(Beyond, hexadecimal ? RangeSet.Hexadecimal(digits) : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)),
        };
    }

    // Appends what the reference at & is, or the & alone; returns the place behind it.
    private static int Number(string text, int at, StringBuilder result)
    {
        bool hexadecimal = at + 2 < text.Length && text[at + 2] is 'x' or 'X';
        int start = at + (hexadecimal ? 3 : 2), end = start;
        while (end < text.Length && (hexadecimal ? char.IsAsciiHexDigit(text[end]) : char.IsAsciiDigit(text[end])))
        {
            end++;
        }
        if (end == start)
        {
            result.Append('&');
            return at + 1;
        }
        int value = Value(text.AsSpan(start, end - start), hexadecimal);
        if (value is 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
        {
            result.Append('\uFFFD');
        }
        else if (value is >= 0x80 and <= 0x9F)
        {
            result.Append(OfByte(value));
        }
        else if (!IsForbidden(value))
        {
            CodePoints.Append(result, value);
        }
        return end < text.Length && text[end] == ';' ? end + 1 : end;
    }

    private static int Name(string text, int at, StringBuilder result)
    {
        int start = at + 1, end = start, count = 0;
        while (end < text.Length && count < LongestName && text[end] is not ('\t' or '\n' or '\f' or ' ' or '<' or '&' or '#' or ';'))
        {
            end += char.IsHighSurrogate(text[end]) && end + 1 < text.Length && char.IsLowSurrogate(text[end + 1]) ? 2 : 1;
            count++;
        }
        string name = text[start..end];
        bool closed = end > start && end < text.Length && text[end] == ';';
        if (closed && Tables.Value.Closed.TryGetValue(name, out string? whole))
        {
            result.Append(whole);
            return end + 1;
        }
        for (int length = name.Length; length > 1; length--)
        {
            if (Tables.Value.Open.TryGetValue(name[..length], out string? characters))
            {
                result.Append(characters);
                return start + length;
            }
        }
        result.Append('&');
        return start;
    }

    private static bool IsForbidden(int value) => value is (>= 1 and <= 8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or (>= 0xFDD0 and <= 0xFDEF) || (value & 0xFFFE) == 0xFFFE;

    private static (Dictionary<string, string> Closed, Dictionary<string, string> Open) Read()
    {
        Dictionary<string, string> closed = new(StringComparer.Ordinal), open = new(StringComparer.Ordinal);
        foreach (string[] parts in DataFile.Lines("html-entities.txt").Select(line => line.Split(' ')))
        {
            string name = parts[0].TrimEnd(';');
            string characters = CodePoints.ToText([.. parts.Skip(1).Select(part => RangeSet.Hexadecimal(part))]);
            closed.Add(name, characters);
            if (name.Length == parts[0].Length)
            {
                open.Add(name, characters);
            }
        }
        return (closed, open);
    }
}
