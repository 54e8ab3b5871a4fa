using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary>
/// Undoes the reading of UTF-8 in a wrong encoding, where <see cref="Mojibake"/> sees it: <c>fix_encoding</c> of ftfy 6.3. The text is written in each encoding that
/// it may have been read in and read as UTF-8; if none gives UTF-8, parts that look like it are tried by themselves.
/// </summary>
internal static class EncodingRepair
{
    /// <summary>Every step undoes one misreading; nobody misread a text this often.</summary>
    private const int MostSteps = 100;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    // What the bytes of UTF-8 are in the encodings of Windows and in Latin-1.
    private static readonly Lazy<(HashSet<int> Two, HashSet<int> Three, HashSet<int> Four, HashSet<int> Continuation, HashSet<int> Strict)> Clues = new(FindClues);

    /// <summary>The repaired text.</summary>
    public static string Repair(string text)
    {
        for (int step = 0; step < MostSteps; step++)
        {
            string repaired = OneStep(text);
            if (repaired == text)
            {
                break;
            }
            text = repaired;
        }
        return text;
    }

    private static string OneStep(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }
        int[] characters = CodePoints.Of(text);
        if (!Mojibake.IsIn(characters))
        {
            return text;
        }
        foreach (SingleByteEncoding encoding in SingleByteEncoding.All)
        {
            if (encoding.Encode(characters) is { } bytes && ReadAsUtf8(bytes, encoding) is { } read)
            {
                return read;
            }
        }
        string parts = RepairParts(text, characters);
        if (parts != text)
        {
            return parts;
        }
        // Latin-1 has control characters where Windows has signs; nobody means those. Bytes that Windows leaves out cannot be signs.
        return SingleByteEncoding.Latin1.Encode(characters) is { } latin && !latin.Any(value => value is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D)
            ? CodePoints.ToText([.. latin.Select(value => value == 0x1A ? value : SingleByteEncoding.Windows1252.Decode(value))])
            : ReplaceControls(text);
    }

    /// <summary>Control characters U+0080 to U+009F as what Windows-1252 has in their places.</summary>
    public static string ReplaceControls(string text)
        => text.AsSpan().IndexOfAnyInRange('\u0080', '\u009F') < 0 ? text : string.Create(text.Length, text, static (result, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                result[i] = source[i] is >= '\u0080' and <= '\u009F' ? HtmlEntities.OfByte(source[i]) : source[i];
            }
        });

    private static string? ReadAsUtf8(byte[] bytes, SingleByteEncoding encoding)
    {
        // In the Macintosh encoding what looks like a lost no-break space is a dash and a space.
        if (!encoding.IsMacintosh)
        {
            bytes = Utf8Repair.RestoreNoBreakSpaces(bytes);
        }
        if (encoding.IsWindows)
        {
            bytes = Utf8Repair.ReplaceLost(bytes);
        }
        try
        {
            return Strict.GetString(Utf8Repair.JoinSurrogates(bytes));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Sequences that UTF-8 may have become, unless they begin within something that looks like more of it.
    private static string RepairParts(string text, int[] characters)
    {
        StringBuilder result = new(text.Length);
        bool changed = false;
        for (int at = 0; at < characters.Length;)
        {
            int end = at > 0 && Clues.Value.Strict.Contains(characters[at - 1]) ? at : PartEnd(characters, at);
            if (end == at)
            {
                CodePoints.Append(result, characters[at++]);
                continue;
            }
            string part = CodePoints.ToText(characters[at..end]);
            // The whole text has been tried.
            bool repairable = end - at < characters.Length && Mojibake.IsIn(characters.AsSpan(at, end - at));
            result.Append(repairable ? Repair(part) : part);
            changed |= repairable;
            at = end;
        }
        return changed ? result.ToString() : text;
    }

    private static int PartEnd(int[] text, int start)
    {
        var (two, three, four, continuation, _) = Clues.Value;
        int at = start;
        while (true)
        {
            int next = Sequence(two, 1) ?? Sequence(three, 2) ?? Sequence(four, 3) ?? at;
            if (next == at)
            {
                return at;
            }
            at = next;
        }

        int? Sequence(HashSet<int> first, int more)
        {
            if (at + more >= text.Length || !first.Contains(text[at]))
            {
                return null;
            }
            for (int i = 1; i <= more; i++)
            {
                if (!continuation.Contains(text[at + i]))
                {
                    return null;
                }
            }
            return at + more + 1;
        }
    }

    private static (HashSet<int> Two, HashSet<int> Three, HashSet<int> Four, HashSet<int> Continuation, HashSet<int> Strict) FindClues()
    {
        HashSet<int> continuation = Of(0x80, 0xBF);
        // Dashes, quotation marks, the bullet and the ellipsis stand for themselves beside such text, too; a space may have been a no-break space.
        HashSet<int> strict = [.. continuation.Where(c => c is < 0x2013 or > 0x2026 or 0x2020 or 0x2021)];
        continuation.Add(' ');
        return (Of(0xC2, 0xDF), Of(0xE0, 0xEF), [.. Of(0xF0, 0xF0), .. Of(0xF3, 0xF3)], continuation, strict);

        static HashSet<int> Of(byte first, byte last) => [.. SingleByteEncoding.All.Where(encoding => encoding.IsWindows || encoding == SingleByteEncoding.Latin1)
            .SelectMany(encoding => Enumerable.Range(first, last - first + 1).Select(value => encoding.Decode((byte)value)))];
    }
}
