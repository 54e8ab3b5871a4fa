namespace NarVulkan.Text.Cleaning;

/// <summary>Rules about what only a computer reads: numbers of articles, names of files, words with digits in them.</summary>
internal static class Identifiers
{
    private static readonly string[] Extensions = ["png", "jpg", "jpeg", "bmp", "webp", "eps", "pdf", "apk", "mp4"];

    /// <summary>Removes <c>1:23</c> with white space at the end of the text.</summary>
    public static int[] RemoveArticleNumber(int[] text) => Scan.Replace(text, static (span, at) =>
        Scan.Is(span, at, Scan.IsDigit) && Scan.Is(span, at + 1, ':') && Scan.Is(span, at + 2, Scan.IsDigit) && Scan.Is(span, at + 3, Scan.IsDigit)
        && Scan.Run(span, at + 4, Scan.IsSpace) is var end && end > at + 4 && end == span.Length ? end : Scan.None);

    /// <summary>Removes <c>#</c> with one to three or at least five digits, and words of at least six digits.</summary>
    public static int[] RemoveNumbers(int[] text)
    {
        text = Scan.Replace(text, static (span, at) => HashNumber(span, at, 1, 3));
        text = Scan.Replace(text, static (span, at) => HashNumber(span, at, 5, int.MaxValue));
        return Scan.Replace(text, static (span, at) => Scan.IsBoundary(span, at) ? Number(span, at, 6, int.MaxValue) : Scan.None);
    }

    /// <summary>Removes names of files, with everything before them up to white space.</summary>
    public static int[] RemoveFileNames(int[] text)
    {
        int noneBefore = 0;
        return Scan.Replace(text, (span, at) =>
        {
            if (at < noneBefore || Scan.Is(span, at, Scan.IsSpace))
            {
                return Scan.None;
            }
            int run = Scan.Run(span, at, c => !Scan.IsSpace(c));
            for (int dot = run - 1; dot > at; dot--)
            {
                if (Scan.Is(span, dot, '.') && Scan.AnyOf(span, dot + 1, Extensions) is >= 0 and int end)
                {
                    // Behind the last one there is none.
                    noneBefore = run;
                    return end;
                }
            }
            noneBefore = run;
            return Scan.None;
        });
    }

    /// <summary>Removes words that begin with up to three letters and end with three to fifteen digits, and those where letters and digits change twice.</summary>
    public static int[] RemoveCodes(int[] text)
    {
        text = Scan.Replace(text, static (span, at) => Scan.IsBoundary(span, at) && Scan.Run(span, at, Scan.IsLetter, most: 3) is var digits && digits > at
            ? Number(span, digits, 3, 15) : Scan.None);
        text = Scan.Replace(text, static (span, at) => Alternating(span, at, Scan.IsLetter, Scan.IsDigit, Scan.IsLetter));
        return Scan.Replace(text, static (span, at) => Alternating(span, at, Scan.IsDigit, Scan.IsLetter, Scan.IsDigit));
    }

    /// <summary>Words where letters and digits change more often become a space.</summary>
    public static int[] ReplaceLongCodes(int[] text) => Scan.Replace(text, static (span, at) =>
    {
        int end = Scan.IsBoundary(span, at)
            ? Runs(span, Scan.Run(span, at, Scan.IsDigit), Scan.IsLetter, Scan.IsDigit, Scan.IsLetter, Scan.IsDigit)
            : Scan.None;
        return end < 0 ? Scan.None : WordEnd(span, Scan.Run(span, end, c => Scan.IsLetter(c) || Scan.IsDigit(c)));
    }, " ");

    /// <summary>Removes sizes such as <c>640x480</c>.</summary>
    public static int[] RemoveSizes(int[] text) => Scan.Replace(text, static (span, at) =>
    {
        if (!Scan.IsBoundary(span, at) || Decimal(span, at) is not (>= 0 and int times) || !Scan.Is(span, times, c => c is 'x' or '\u0445' or '\u00D7'))
        {
            return Scan.None;
        }
        int whole = Scan.Run(span, times + 1, Scan.IsDigit);
        if (whole == times + 1)
        {
            return Scan.None;
        }
        if (Scan.Is(span, whole, '.'))
        {
            int fraction = Scan.Run(span, whole + 1, Scan.IsDigit);
            if (Scan.IsBoundary(span, fraction))
            {
                return fraction;
            }
            // A letter behind the digits: they stay with it, or the dot does, too.
            if (Scan.IsBoundary(span, whole + 1))
            {
                return whole + 1;
            }
        }
        return Scan.IsBoundary(span, whole) ? whole : Scan.None;
    });

    // Digits, a dot, digits; the latter two may be missing.
    private static int Decimal(ReadOnlySpan<int> text, int at)
    {
        int whole = Scan.Run(text, at, Scan.IsDigit);
        return whole == at ? Scan.None : Scan.Is(text, whole, '.') ? Scan.Run(text, whole + 1, Scan.IsDigit) : whole;
    }

    private static int HashNumber(ReadOnlySpan<int> text, int at, int least, int most) => Scan.Is(text, at, '#') ? Number(text, at + 1, least, most) : Scan.None;

    // All digits that stand here, if there are neither too few nor too many and the word ends with them.
    private static int Number(ReadOnlySpan<int> text, int at, int least, int most)
    {
        int end = Scan.Run(text, at, Scan.IsDigit);
        return end - at >= least && end - at <= most ? WordEnd(text, end) : Scan.None;
    }

    private static int Alternating(ReadOnlySpan<int> text, int at, Func<int, bool> first, Func<int, bool> second, Func<int, bool> third)
        => Scan.IsBoundary(text, at) && Runs(text, at, first, second, third) is >= 0 and int end ? WordEnd(text, end) : Scan.None;

    // The end of runs of kinds that have no character in common, none of them empty.
    private static int Runs(ReadOnlySpan<int> text, int at, params ReadOnlySpan<Func<int, bool>> kinds)
    {
        foreach (Func<int, bool> kind in kinds)
        {
            int end = Scan.Run(text, at, kind);
            if (end == at)
            {
                return Scan.None;
            }
            at = end;
        }
        return at;
    }

    private static int WordEnd(ReadOnlySpan<int> text, int at) => Scan.IsBoundary(text, at) ? at : Scan.None;
}
