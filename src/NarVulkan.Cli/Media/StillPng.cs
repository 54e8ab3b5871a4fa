using StbImageWriteSharp;

namespace NarVulkan.Cli.Media;

/// <summary>Writes a still PNG, 8-bit RGB, with texts.</summary>
internal static class StillPng
{
    // The signature and the header chunk, after which texts may stand.
    private const int HeaderEnd = 8 + 12 + 13;

    /// <param name="stream">Where to write; not closed.</param>
    /// <param name="image">The picture.</param>
    /// <param name="text">Keywords and texts.</param>
    public static void Write(Stream stream, RgbImage image, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        using MemoryStream encoded = new();
        new ImageWriter().WritePng(image.Pixels, image.Width, image.Height, ColorComponents.RedGreenBlue, encoded);
        ReadOnlySpan<byte> bytes = encoded.GetBuffer().AsSpan(0, (int)encoded.Length);
        stream.Write(bytes[..HeaderEnd]);
        foreach ((string keyword, string value) in text)
        {
            PngTextChunk.Write(stream, keyword, value);
        }
        stream.Write(bytes[HeaderEnd..]);
    }
}
