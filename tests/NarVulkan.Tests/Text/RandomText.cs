using System.Text;

namespace NarVulkan.Tests.Text;

/// <summary>Texts that nobody writes: any UTF-16, with halves of surrogate pairs, zeros, unassigned characters; and mixtures of words with them.</summary>
internal static class RandomText
{
    private static readonly string[] Parts =
    [
        " ", "  ", "\t", "\n", "\0", "\u0085", "\u00a0", "\u200b", "\u3000", "\u2581", "\ufeff", "\ufffd", "\ud800", "\udc00", "\ud83d\ude42", "e\u0301", "\ufb01", "\uff76\uff9e",
        "\ufdfa", "\u1100\u1161\u11a8", "a", "red", "fox", " the", "12", "</s>", "<pad>", "<extra_id_7>", "<0x41>", "\u732b", ".", "&amp;", "<b>",
    ];

    public static string Next(Random random)
    {
        StringBuilder text = new();
        int kind = random.Next(3);
        for (int count = random.Next(30); count > 0; count--)
        {
            if (kind == 0 || (kind == 1 && random.Next(4) == 0))
            {
                text.Append((char)random.Next(random.Next(4) == 0 ? 0x10000 : 0x400));
            }
            else
            {
                text.Append(Parts[random.Next(Parts.Length)]);
            }
        }
        return text.ToString();
    }
}
