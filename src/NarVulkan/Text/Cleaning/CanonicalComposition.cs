namespace NarVulkan.Text.Cleaning;

/// <summary>Normalisation form C (Unicode Standard Annex 15; the algorithm is D117 of chapter 3.11 and, for Hangul, chapter 3.12).</summary>
internal static class CanonicalComposition
{
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;

    /// <summary>The composed text.</summary>
    public static string Compose(string text)
    {
        // Nothing below U+0300 changes or combines with anything below it.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0)
        {
            return text;
        }
        List<int> decomposed = [];
        foreach (int codePoint in CodePoints.Of(text))
        {
            Decompose(codePoint, decomposed);
        }
        Order(decomposed);
        return CodePoints.ToText(Pair(decomposed));
    }

    private static void Decompose(int codePoint, List<int> result)
    {
        int syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            result.Add(LeadBase + syllable / (VowelCount * TailCount));
            result.Add(VowelBase + syllable / TailCount % VowelCount);
            if (syllable % TailCount != 0)
            {
                result.Add(TailBase + syllable % TailCount);
            }
        }
        else if (codePoint >= 0xC0 && Unicode14.Data.Decompositions.TryGetValue(codePoint, out int[]? parts))
        {
            // The first part may have a decomposition of its own; the table's depth is three.
            foreach (int part in parts)
            {
                Decompose(part, result);
            }
        }
        else
        {
            result.Add(codePoint);
        }
    }

    // Marks in a row are put into the order of their classes; those of the same class stay as they are.
    private static void Order(List<int> text)
    {
        for (int start = 0; start < text.Count;)
        {
            int end = start;
            while (end < text.Count && Class(text[end]) != 0)
            {
                end++;
            }
            if (end - start > 1)
            {
                // A stable sort, and not a quadratic one: marks may go on for a million characters.
                int[] marks = [.. text.GetRange(start, end - start).OrderBy(Class)];
                for (int i = 0; i < marks.Length; i++)
                {
                    text[start + i] = marks[i];
                }
            }
            start = Math.Max(end, start + 1);
        }
    }

    private static List<int> Pair(List<int> text)
    {
        List<int> result = [];
        int starter = -1, lastClass = 0;
        foreach (int codePoint in text)
        {
            int itsClass = Class(codePoint);
            // A character between it and its starter of the same class, or none, blocks it.
            bool adjacent = starter == result.Count - 1;
            if (starter >= 0 && (adjacent || (lastClass != 0 && lastClass < itsClass)) && Composed(result[starter], codePoint) is { } whole)
            {
                result[starter] = whole;
                continue;
            }
            if (itsClass == 0)
            {
                starter = result.Count;
            }
            lastClass = itsClass;
            result.Add(codePoint);
        }
        return result;
    }

    private static int? Composed(int first, int second)
    {
        int lead = first - LeadBase, vowel = second - VowelBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return SyllableBase + (lead * VowelCount + vowel) * TailCount;
        }
        int syllable = first - SyllableBase, tail = second - TailBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }
        return Unicode14.Data.Compositions.TryGetValue((first, second), out int whole) ? whole : null;
    }

    private static int Class(int codePoint) => codePoint < 0x300 ? 0 : Unicode14.Data.CombiningClasses.GetValueOrDefault(codePoint);
}
