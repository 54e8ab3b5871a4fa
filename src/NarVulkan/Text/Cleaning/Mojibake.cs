namespace NarVulkan.Text.Cleaning;

/// <summary>
/// Tells text that was read in the wrong encoding: sequences of characters that UTF-8 becomes when it is read as an encoding of one byte a character, and that
/// good text hardly has. The rules are those of ftfy 6.3 (R. Speer, <c>ftfy/badness.py</c>), since its results are to be equalled.
/// </summary>
internal static class Mojibake
{
    private const MojibakeKinds Accented = MojibakeKinds.UpperAccented | MojibakeKinds.LowerAccented, Punctuation = MojibakeKinds.Start | MojibakeKinds.End;
    private const MojibakeKinds Odd = Accented | Punctuation | MojibakeKinds.Box | MojibakeKinds.Currency | MojibakeKinds.Numeric | MojibakeKinds.Law;
    private const MojibakeKinds Latin = MojibakeKinds.SmallLatin | MojibakeKinds.CapitalLatin;
    private const MojibakeKinds OfCyrillic = MojibakeKinds.C1 | MojibakeKinds.Bad | Punctuation | MojibakeKinds.Currency;
    private const MojibakeKinds OfArabic = MojibakeKinds.Common | MojibakeKinds.Currency | MojibakeKinds.Bad | MojibakeKinds.Numeric | MojibakeKinds.Start;

    private static readonly (MojibakeKinds Kinds, string Characters)[][] Sequences =
    [
        // Kinds side by side.
        [Of(MojibakeKinds.C1)],
        [Of(Odd | MojibakeKinds.Bad), Of(MojibakeKinds.Bad)],
        [Of(Latin), Of(MojibakeKinds.LowerCommon | MojibakeKinds.UpperCommon), Of(MojibakeKinds.Bad)],
        [Of(MojibakeKinds.Bad), Of(Odd)],
        [Of(MojibakeKinds.LowerAccented | MojibakeKinds.LowerCommon | MojibakeKinds.Box | MojibakeKinds.End | MojibakeKinds.Currency | MojibakeKinds.Numeric), Of(MojibakeKinds.UpperAccented)],
        [Of(MojibakeKinds.Box | MojibakeKinds.End | MojibakeKinds.Currency | MojibakeKinds.Numeric), Of(MojibakeKinds.LowerAccented)],
        [Of(MojibakeKinds.LowerAccented | MojibakeKinds.Box | MojibakeKinds.End), Of(MojibakeKinds.Currency)],
        [Of(MojibakeKinds.Space), Of(MojibakeKinds.UpperAccented), Of(MojibakeKinds.Currency)],
        [Of(MojibakeKinds.UpperAccented | MojibakeKinds.Box), Of(MojibakeKinds.Numeric | MojibakeKinds.Law)],
        [Of(Accented | MojibakeKinds.Box | MojibakeKinds.Currency | MojibakeKinds.End), Of(MojibakeKinds.Start), Of(MojibakeKinds.Numeric)],
        [Of(Accented | MojibakeKinds.Currency | MojibakeKinds.Numeric | MojibakeKinds.Box | MojibakeKinds.Law), Of(MojibakeKinds.End), Of(MojibakeKinds.Start)],
        [Of(MojibakeKinds.Currency | MojibakeKinds.Numeric | MojibakeKinds.Box), Of(MojibakeKinds.Start)],
        [Of(MojibakeKinds.SmallLatin), Of(MojibakeKinds.UpperAccented), Of(MojibakeKinds.Start | MojibakeKinds.Currency)],
        [Of(MojibakeKinds.Box), Of(MojibakeKinds.Face)],
        [Of(Accented | MojibakeKinds.Currency | MojibakeKinds.Numeric | Punctuation | MojibakeKinds.Law), Of(MojibakeKinds.Box)],
        [Of(MojibakeKinds.Box), Of(MojibakeKinds.End)],
        [Of(Accented), Of(Punctuation), Of(MojibakeKinds.Word)],
        [Of(MojibakeKinds.UpperAccented), Of("\u00B0")],

        // Windows-1252: two characters; Arabic, where two pairs are asked for; alphabets of India; a with grave or acute accent.
        [Of("\u00C2\u00C3\u00CE\u00D0"), Of(Punctuation, "\u20AC\u0153\u0160\u0161\u00A2\u00A3\u0178\u017E\u00A0\u00AD\u00AE\u00A9\u00B0\u00B7\u00BB\u2013\u2014\u00B4")],
        [Of("\u00D7"), Of("\u00B2\u00B3")],
        [Of("\u00D8\u00D9"), Of(OfArabic, "\u0178\u0160\u00AE\u00B0\u00B5\u00BB"), Of("\u00D8\u00D9"), Of(OfArabic, "\u0178\u0160\u00AE\u00B0\u00B5\u00BB")],
        [Of("\u00E0"), Of("\u00B2\u00B5\u00B9\u00BC\u00BD\u00BE")],
        [Of("\u00C3"), Of("\u00A0\u00A1")],

        // Macintosh.
        [Of("\u221A"), Of("\u00B1\u2202\u2020\u2260\u00AE\u2122\u00B4\u2264\u2265\u00A5\u00B5\u00F8")],
        [Of("\u2248"), Of("\u00B0\u00A2")],
        [Of("\u201A"), Of("\u00C4"), Of("\u00EC\u00EE\u00EF\u00F2\u00F4\u00FA\u00F9\u00FB\u2020\u00B0\u00A2\u03C0")],
        [Of("\u201A"), Of("\u00E2\u00F3"), Of("\u00E0\u00E4\u00B0\u00EA")],

        // Windows-1251, and that on top of Windows-1252.
        [Of("\u0432"), Of("\u0402")],
        [Of("\u0412\u0413\u0420\u0421"), Of(OfCyrillic, "\u00B0\u00B5"), Of("\u0412\u0413\u0420\u0421")],

        // Windows-1253 and -1257.
        [Of("\u03B2"), Of("\u20AC"), Of("\u2122\u00A0\u0386\u00AD\u00AE\u00B0")],
        [Of("\u0392\u0393\u039E\u039F"), Of(OfCyrillic, "\u00B0"), Of("\u0392\u0393\u039E\u039F")],
        [Of("\u0101"), Of("\u20AC")],

        // An A before the character that it was written with.
        [Of(MojibakeKinds.SmallLatin), Of("\u00C3\u00C2"), Of(" ")],
        [Of(MojibakeKinds.SmallLatin), Of(MojibakeKinds.Space), Of("\u00C3\u00C2"), Of(" ")],
        [Of(MojibakeKinds.SmallLatin | MojibakeKinds.End, ".,?!"), Of("\u00C2"), Of(Punctuation, " ")],
    ];

    private static readonly Lazy<Dictionary<int, MojibakeKinds>> Kinds = new(ReadKinds);

    /// <summary>Whether a text has any of the sequences.</summary>
    public static bool IsIn(ReadOnlySpan<int> text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            foreach ((MojibakeKinds, string)[] sequence in Sequences)
            {
                if (Stands(text, at, sequence))
                {
                    return true;
                }
            }
            if (OtherRules(text, at))
            {
                return true;
            }
        }
        return false;
    }

    private static bool OtherRules(ReadOnlySpan<int> text, int at)
    {
        // The ligature before anything but a Latin letter.
        if (text[at] is 0x152 or 0x153 && at + 1 < text.Length && !Scan.IsLetter(text[at + 1]))
        {
            return true;
        }
        // Five Cyrillic letters, any character, and a Latin letter or a space.
        if (Scan.Literal(text, at, "\u0413\u045E\u0412\u0402\u0412") is >= 0 and int any && any + 1 < text.Length && text[any] != '\n')
        {
            return Scan.IsLetter(text[any + 1]) || text[any + 1] == ' ';
        }
        return at == 0 && text[0] is 0xC2 or 0xC3 && Scan.Is(text, 1, ' ');
    }

    private static bool Stands(ReadOnlySpan<int> text, int at, ReadOnlySpan<(MojibakeKinds Kinds, string Characters)> sequence)
    {
        if (sequence.Length > text.Length - at)
        {
            return false;
        }
        for (int i = 0; i < sequence.Length; i++)
        {
            int c = text[at + i];
            if ((KindsOf(c) & sequence[i].Kinds) == 0 && !(c <= 0xFFFF && sequence[i].Characters.Contains((char)c)))
            {
                return false;
            }
        }
        return true;
    }

    private static MojibakeKinds KindsOf(int c) => c switch
    {
        >= 'a' and <= 'z' => MojibakeKinds.SmallLatin | MojibakeKinds.Word,
        >= 'A' and <= 'Z' => MojibakeKinds.CapitalLatin | MojibakeKinds.Word,
        _ => Kinds.Value.GetValueOrDefault(c) | (Scan.IsWord(c) ? MojibakeKinds.Word : 0) | (Scan.IsSpace(c) ? MojibakeKinds.Space : 0),
    };

    private static (MojibakeKinds Kinds, string Characters) Of(MojibakeKinds kinds, string characters = "") => (kinds, characters);

    private static (MojibakeKinds Kinds, string Characters) Of(string characters) => (MojibakeKinds.None, characters);

    private static Dictionary<int, MojibakeKinds> ReadKinds()
    {
        Dictionary<string, List<string>> sections = DataFile.Sections("mojibake.txt");
        Dictionary<int, MojibakeKinds> kinds = [];
        foreach ((string name, List<string> ranges) in sections)
        {
            MojibakeKinds kind = Enum.Parse<MojibakeKinds>(name);
            foreach ((int start, int end) in ranges.Select(RangeSet.Parse))
            {
                for (int c = start; c <= end; c++)
                {
                    kinds[c] = kinds.GetValueOrDefault(c) | kind;
                }
            }
        }
        return kinds;
    }
}
