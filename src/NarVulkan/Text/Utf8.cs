using System.Text;

namespace NarVulkan.Text;

/// <summary>UTF-8 as SentencePiece walks through it: whatever the bytes are, there is a next character.</summary>
internal static class Utf8
{
    /// <summary>U+2581, which stands for a space.</summary>
    public static ReadOnlySpan<byte> Space => "\u2581"u8;

    public static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>The bytes of the character that a first byte promises, whether they are there or not.</summary>
    public static int LengthByFirst(byte first) => first switch
    {
        < 0xC0 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    /// <summary>The bytes of the character at the start; false and one byte where there is no valid one.</summary>
    public static bool TryNext(ReadOnlySpan<byte> text, out int length)
    {
        // .NET takes two or three bytes for one error, where they could have begun a character; SentencePiece always takes one.
        bool valid = Rune.DecodeFromUtf8(text, out _, out length) == System.Buffers.OperationStatus.Done;
        length = valid ? length : 1;
        return valid;
    }
}
