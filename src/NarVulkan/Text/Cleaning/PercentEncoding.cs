using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary><c>urllib.parse.unquote_plus</c>: a plus becomes a space, <c>%C3%A9</c> the character whose UTF-8 it is. What is no UTF-8 becomes U+FFFD.</summary>
internal static class PercentEncoding
{
    public static string UnquotePlus(string text)
    {
        text = text.Replace('+', ' ');
        if (!text.Contains('%'))
        {
            return text;
        }
        StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length;)
        {
            // Bytes are joined within a run of ASCII: a character beyond it ends them.
            int end = i;
            while (end < text.Length && text[end] < 0x80)
            {
                end++;
            }
            result.Append(Encoding.UTF8.GetString(Bytes(text.AsSpan(i, end - i))));
            for (i = end; i < text.Length && text[i] >= 0x80; i++)
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }

    private static byte[] Bytes(ReadOnlySpan<char> ascii)
    {
        List<byte> bytes = new(ascii.Length);
        for (int i = 0; i < ascii.Length; i++)
        {
            bool escape = ascii[i] == '%' && i + 2 < ascii.Length && char.IsAsciiHexDigit(ascii[i + 1]) && char.IsAsciiHexDigit(ascii[i + 2]);
            bytes.Add(escape ? (byte)RangeSet.Hexadecimal(ascii.Slice(i + 1, 2)) : (byte)ascii[i]);
            i += escape ? 2 : 0;
        }
        return [.. bytes];
    }
}
