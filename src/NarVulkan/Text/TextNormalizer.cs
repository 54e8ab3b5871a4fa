using System.Buffers;

namespace NarVulkan.Text;

/// <summary>Makes text uniform, as <c>sentencepiece/src/normalizer.cc</c> does: characters by the longest rule of the map, white space by the settings.</summary>
/// <param name="settings">How.</param>
/// <param name="userDefined">Pieces that stay as they are.</param>
internal sealed class TextNormalizer(NormalizerSettings settings, PieceTrie userDefined)
{
    /// <summary>Bytes that a normalised text may have. Only a hostile map makes a prompt that long.</summary>
    private const int Longest = 1 << 28;

    /// <summary>The uniform text in UTF-8; empty for a text of nothing but white space.</summary>
    /// <exception cref="InvalidRequestException">It has become too long.</exception>
    public byte[] Normalize(ReadOnlySpan<byte> text)
    {
        while (settings.RemoveExtraSpaces && !text.IsEmpty && Prefix(text, out int length).SequenceEqual(" "u8))
        {
            text = text[length..];
        }
        if (text.IsEmpty)
        {
            return [];
        }
        ArrayBufferWriter<byte> normalized = new(text.Length + text.Length / 2 + Utf8.Space.Length);
        ReadOnlySpan<byte> space = settings.EscapeSpaces ? Utf8.Space : " "u8;
        if (settings.AddDummyPrefix && !settings.SpaceBehind)
        {
            normalized.Write(space);
        }
        bool behindSpace = settings.RemoveExtraSpaces;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> characters = Prefix(text, out int length);
            text = text[length..];
            if (behindSpace)
            {
                characters = characters.TrimStart((byte)' ');
            }
            if (!characters.IsEmpty)
            {
                Write(normalized, characters, space);
                behindSpace = characters[^1] == ' ';
            }
            behindSpace &= settings.RemoveExtraSpaces;
            if (normalized.WrittenCount > Longest)
            {
                throw new InvalidRequestException($"the text becomes longer than {Longest} bytes when it is normalised; shorten it");
            }
        }
        int end = normalized.WrittenCount;
        while (settings.RemoveExtraSpaces && normalized.WrittenSpan[..end].EndsWith(space))
        {
            end -= space.Length;
        }
        return settings.AddDummyPrefix && settings.SpaceBehind
            ? [.. normalized.WrittenSpan[..end], .. space]
            : normalized.WrittenSpan[..end].ToArray();
    }

    // What the first character, or the characters that the longest rule is for, become.
    private ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> text, out int length)
    {
        length = userDefined.IsEmpty ? 0 : userDefined.LongestPrefix(text);
        if (length > 0)
        {
            return text[..length];
        }
        if (settings.Characters is { } map)
        {
            ReadOnlySpan<byte> replaced = map.Replace(text, out length);
            if (length > 0)
            {
                return replaced;
            }
        }
        return Utf8.TryNext(text, out length) ? text[..length] : Utf8.Replacement;
    }

    private static void Write(ArrayBufferWriter<byte> normalized, ReadOnlySpan<byte> characters, ReadOnlySpan<byte> space)
    {
        for (int at; (at = characters.IndexOf((byte)' ')) >= 0; characters = characters[(at + 1)..])
        {
            normalized.Write(characters[..at]);
            normalized.Write(space);
        }
        normalized.Write(characters);
    }
}
