using System.Globalization;
using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary>
/// <c>str.lower</c> of Python: the simple mapping, and of SpecialCasing.txt what depends on no language: U+0130 becomes two characters, a capital sigma at the end
/// of a word a final one.
/// </summary>
internal static class LowerCase
{
    private const int Sigma = 0x3A3, DottedI = 0x130;

    /// <summary>Characters with case that are neither letters of a case nor, hence, known by their category: Other_Lowercase and Other_Uppercase.</summary>
    private static readonly RangeSet OtherCased = new("AA BA 2160-217F 24B6-24E9 1F130-1F149 1F150-1F169 1F170-1F189".Split(' '));

    /// <summary>Punctuation within words (Word_Break is MidLetter, MidNumLet or Single_Quote), which does not end one.</summary>
    private static readonly RangeSet WithinWords = new("27 2E 3A B7 387 55F 5F4 2018-2019 2024 2027 FE13 FE52 FE55 FF07 FF0E FF1A".Split(' '));

    public static string Of(string text)
    {
        int[] codePoints = CodePoints.Of(text);
        StringBuilder lower = new(text.Length);
        for (int i = 0; i < codePoints.Length; i++)
        {
            switch (codePoints[i])
            {
                case Sigma:
                    lower.Append(EndsWord(codePoints, i) ? '\u03C2' : '\u03C3');
                    break;
                case DottedI:
                    lower.Append("i\u0307");
                    break;
                case var c when Rune.IsValid(c) && (OtherCased.Contains(c) || Unicode14.Data.Words.Contains(c)):
                    CodePoints.Append(lower, Rune.ToLowerInvariant(new Rune(c)).Value);
                    break;
                case var c:
                    CodePoints.Append(lower, c);
                    break;
            }
        }
        return lower.ToString();
    }

    // Behind a letter with case, and before none; what is ignored between does not count. Runs of it are short, or the text is no text: the loops
    // are bounded, so that a million dots between sigmas do not take a million squared.
    private static bool EndsWord(int[] text, int at)
    {
        const int Farthest = 1000;
        int before = at - 1, after = at + 1;
        while (before >= Math.Max(0, at - Farthest) && IsIgnored(text[before]))
        {
            before--;
        }
        while (after < Math.Min(text.Length, at + Farthest) && IsIgnored(text[after]))
        {
            after++;
        }
        return before >= 0 && IsCased(text[before]) && (after >= text.Length || !IsCased(text[after]));
    }

    private static bool IsIgnored(int c) => WithinWords.Contains(c) || Category(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static bool IsCased(int c) => OtherCased.Contains(c)
        || (Category(c) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter && Unicode14.Data.Words.Contains(c));

    private static UnicodeCategory Category(int c) => CharUnicodeInfo.GetUnicodeCategory(c);
}
