namespace NarVulkan.Text.Cleaning;

/// <summary>What happened to the bytes of UTF-8 while they were taken for something else.</summary>
internal static class Utf8Repair
{
    private const byte Lost = 0x1A;
    private const byte NoBreak = 0xA0;

    // What follows a capital A with tilde and a space where the two are no word of their own: a space, or the rest of aquele, aquela, aquilo, as.
    private static readonly string[] WordsBehindGrave = [" ", "quele", "quela", "quilo", "s "];

    /// <summary>
    /// A0, the no-break space, has become a space within sequences that would be likely characters with it. Behind C3 it was an a with grave accent, which is a word of its own:
    /// the space stays and A0 comes before it, unless one of the Portuguese words follows that begin with it.
    /// </summary>
    public static byte[] RestoreNoBreakSpaces(byte[] bytes)
    {
        if (!Enumerable.Range(0, bytes.Length).Any(at => Altered(bytes, at) > 0))
        {
            return bytes;
        }
        List<byte> separate = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            bool word = bytes[i] == 0xC3 && i + 1 < bytes.Length && bytes[i + 1] == ' ' && !WordsBehindGrave.Any(begin => Begins(bytes, i + 2, begin));
            separate.Add(bytes[i]);
            if (word)
            {
                separate.Add(NoBreak);
            }
        }
        byte[] restored = [.. separate];
        for (int at = 0; at < restored.Length;)
        {
            int length = Altered(restored, at);
            for (int i = at; i < at + length; i++)
            {
                restored[i] = restored[i] == ' ' ? NoBreak : restored[i];
            }
            at += Math.Max(length, 1);
        }
        return restored;
    }

    /// <summary>Sequences of which a byte is lost, which the byte 1A stands for (or, once in a sequence, a question mark), become U+FFFD.</summary>
    public static byte[] ReplaceLost(byte[] bytes)
    {
        if (!bytes.Contains(Lost) && !bytes.Contains((byte)'?'))
        {
            return bytes;
        }
        List<byte> result = new(bytes.Length);
        for (int at = 0; at < bytes.Length;)
        {
            int length = LostSequence(bytes, at);
            if (length > 0)
            {
                result.AddRange("\uFFFD"u8);
            }
            else
            {
                result.Add(bytes[at]);
            }
            at += Math.Max(length, 1);
        }
        return [.. result];
    }

    /// <summary>Surrogates that were written as characters (CESU-8) become one, and the two bytes that Java writes for zero become it.</summary>
    public static byte[] JoinSurrogates(byte[] bytes)
    {
        if (!bytes.Contains((byte)0xED) && !bytes.Contains((byte)0xC0))
        {
            return bytes;
        }
        List<byte> result = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == 0xC0 && In(bytes, i + 1, 0x80, 0x80))
            {
                result.Add(0);
                i++;
            }
            else if (bytes[i] == 0xED && In(bytes, i + 1, 0xA0, 0xAF) && In(bytes, i + 2, 0x80, 0xBF) && In(bytes, i + 3, 0xED, 0xED) && In(bytes, i + 4, 0xB0, 0xBF) && In(bytes, i + 5, 0x80, 0xBF))
            {
                int high = 0xD800 | (bytes[i + 1] & 0xF) << 6 | (bytes[i + 2] & 0x3F), low = 0xDC00 | (bytes[i + 4] & 0xF) << 6 | (bytes[i + 5] & 0x3F);
                result.AddRange(System.Text.Encoding.UTF8.GetBytes(char.ConvertFromUtf32(char.ConvertToUtf32((char)high, (char)low))));
                i += 5;
            }
            else
            {
                result.Add(bytes[i]);
            }
        }
        return [.. result];
    }

    // The length of a sequence that a space makes invalid; 0 for others.
    private static int Altered(byte[] bytes, int at)
    {
        byte first = bytes[at];
        if (first is 0xC2 or 0xC3 or 0xC5 or 0xCE or 0xD0 or 0xD9 && IsSpace(at + 1))
        {
            return 2;
        }
        if (first is 0xE2 or 0xE3 && IsSpace(at + 1) && IsLetterPart(at + 2))
        {
            return 3;
        }
        if (first is >= 0xE0 and <= 0xE3 && IsLetterPart(at + 1) && IsSpace(at + 2))
        {
            return 3;
        }
        if (first == 0xF0)
        {
            int spaces = 0, others = 0;
            for (int i = 1; i <= 3; i++)
            {
                spaces += IsSpace(at + i) ? 1 : 0;
                others += In(bytes, at + i, 0x80, 0xBF) ? 1 : 0;
            }
            return spaces == 1 && others == 2 ? 4 : 0;
        }
        return 0;

        bool IsSpace(int i) => i < bytes.Length && bytes[i] == ' ';

        // A no-break space and the ellipsis of Windows are left out.
        bool IsLetterPart(int i) => In(bytes, i, 0x80, 0xBF) && bytes[i] is not (0x85 or NoBreak);
    }

    private static int LostSequence(byte[] bytes, int at)
    {
        byte first = bytes[at];
        if (first is >= 0xC2 and <= 0xDF && Is(at + 1, Lost))
        {
            return 2;
        }
        if (first is 0xC2 or 0xC3 && Is(at + 1, (byte)'?'))
        {
            return 2;
        }
        if (first == 0xED && In(bytes, at + 1, 0xA0, 0xAF) && Is(at + 3, 0xED) && In(bytes, at + 4, 0xB0, 0xBF)
            && IsAny(at + 2) && IsAny(at + 5) && (IsGone(at + 2) || IsGone(at + 5)))
        {
            return 6;
        }
        int more = first switch { >= 0xE0 and <= 0xEF => 2, >= 0xF0 and <= 0xF4 => 3, _ => 0 };
        // One of the bytes at least is lost, of which one at most is a question mark.
        int any = 0, gone = 0, questions = 0;
        for (int i = 1; i <= more; i++)
        {
            any += IsAny(at + i) ? 1 : 0;
            gone += IsGone(at + i) ? 1 : 0;
            questions += Is(at + i, (byte)'?') ? 1 : 0;
        }
        return any == more && gone > 0 && questions <= 1 ? more + 1 : first == Lost ? 1 : 0;

        bool Is(int i, byte value) => i < bytes.Length && bytes[i] == value;

        bool IsGone(int i) => Is(i, Lost) || Is(i, (byte)'?');

        bool IsAny(int i) => IsGone(i) || In(bytes, i, 0x80, 0xBF);
    }

    private static bool In(byte[] bytes, int at, byte first, byte last) => at < bytes.Length && bytes[at] >= first && bytes[at] <= last;

    private static bool Begins(byte[] bytes, int at, string begin)
        => bytes.Length - at >= begin.Length && begin.Select((c, i) => bytes[at + i] == c).All(equal => equal);
}
