using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary>Text as code points, as Python sees it; half of a surrogate pair is one, too.</summary>
internal static class CodePoints
{
    public static int[] Of(string text)
    {
        List<int> codePoints = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            codePoints.Add(pair ? char.ConvertToUtf32(text[i], text[++i]) : text[i]);
        }
        return [.. codePoints];
    }

    public static string ToText(IReadOnlyList<int> codePoints)
    {
        StringBuilder text = new(codePoints.Count);
        foreach (int codePoint in codePoints)
        {
            Append(text, codePoint);
        }
        return text.ToString();
    }

    /// <summary>Appends a code point, half of a surrogate pair included.</summary>
    public static void Append(StringBuilder text, int codePoint)
    {
        if (codePoint > 0xFFFF)
        {
            text.Append((char)(0xD800 + ((codePoint - 0x10000) >> 10))).Append((char)(0xDC00 + (codePoint & 0x3FF)));
        }
        else
        {
            text.Append((char)codePoint);
        }
    }
}
