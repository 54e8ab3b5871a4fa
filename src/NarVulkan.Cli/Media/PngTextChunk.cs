using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;

namespace NarVulkan.Cli.Media;

/// <summary>
/// A keyword and a text in a PNG file (ISO/IEC 15948, chapter 11.3.3): tEXt where the text is Latin-1, else iTXt, which is UTF-8. Packed ones (zTXt, and iTXt that says so) are
/// read, too. What a file says is hostile: texts are bounded, and control characters are for whoever shows them to leave out.
/// </summary>
internal static class PngTextChunk
{
    public const string Latin1 = "tEXt";
    public const string Packed = "zTXt";
    public const string International = "iTXt";

    /// <summary>Bytes that a packed text may have. Prompts have a few hundred.</summary>
    private const int LongestPacked = 1 << 20;
    private const int LongestKeyword = 79;

    public static bool IsText(string type) => type is Latin1 or Packed or International;

    /// <summary>Writes a text. Line breaks stay, other control characters become spaces.</summary>
    public static void Write(Stream stream, string keyword, string text)
    {
        string safe = string.Concat(text.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c != '\n' ? ' ' : c));
        if (safe.All(c => c <= '\u00FF'))
        {
            PngChunks.Write(stream, Latin1, Encoding.Latin1.GetBytes(keyword + '\0' + safe));
            return;
        }
        // Not packed, of no language, the keyword not translated.
        PngChunks.Write(stream, International, [.. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(safe)]);
    }

    /// <summary>Reads a chunk; false where it is damaged, which takes nothing from the picture.</summary>
    /// <param name="type">One of the three.</param>
    /// <param name="data">Its data.</param>
    /// <param name="keyword">What the text is.</param>
    /// <param name="text">The text.</param>
    public static bool TryRead(string type, ReadOnlySpan<byte> data, [NotNullWhen(true)] out string? keyword, [NotNullWhen(true)] out string? text)
    {
        (keyword, text) = (null, null);
        if (!TryTake(ref data, out ReadOnlySpan<byte> name) || name.Length is 0 or > LongestKeyword)
        {
            return false;
        }
        keyword = Encoding.Latin1.GetString(name);
        switch (type)
        {
            case Packed:
                text = data.Length > 0 && data[0] == 0 && Unpack(data[1..]) is { } unpacked ? Encoding.Latin1.GetString(unpacked) : null;
                break;
            case International:
                if (data.Length < 2 || data[0] > 1 || data[1] != 0)
                {
                    break;
                }
                bool packed = data[0] == 1;
                data = data[2..];
                // The language, and the keyword in it.
                if (TryTake(ref data, out _) && TryTake(ref data, out _))
                {
                    text = !packed ? Encoding.UTF8.GetString(data) : Unpack(data) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
                }
                break;
            default:
                text = Encoding.Latin1.GetString(data);
                break;
        }
        return text is not null;
    }

    // What stands before the next zero.
    private static bool TryTake(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> taken)
    {
        int end = data.IndexOf((byte)0);
        taken = end < 0 ? default : data[..end];
        data = end < 0 ? data : data[(end + 1)..];
        return end >= 0;
    }

    private static byte[]? Unpack(ReadOnlySpan<byte> data)
    {
        byte[] text = new byte[Math.Min(LongestPacked, 1024L * data.Length + 1)];
        try
        {
            using ZLibStream zlib = new(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
            int length = zlib.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return length < text.Length ? text[..length] : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }
}
