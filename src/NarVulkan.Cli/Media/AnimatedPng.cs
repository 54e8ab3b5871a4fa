using System.Buffers.Binary;
using System.IO.Compression;

namespace NarVulkan.Cli.Media;

/// <summary>
/// Writes an animated PNG (APNG, part of PNG's third edition): whole 8-bit RGB frames, each replacing the one before, looping for ever.
/// A viewer that knows no APNG shows the first frame.
/// </summary>
internal static class AnimatedPng
{
    private const byte DisposeNothing = 0;
    private const byte BlendReplaces = 0;

    /// <param name="stream">Where to write; not closed.</param>
    /// <param name="frames">At least one, all of one size.</param>
    /// <param name="framesPerSecond">Playing speed.</param>
    /// <param name="text">Keywords and texts.</param>
    public static void Write(
        Stream stream, IReadOnlyList<RgbImage> frames, int framesPerSecond, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        RgbImage first = frames[0];
        stream.Write(PngChunks.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, first.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], first.Height);
        header[8] = 8; // bits per sample
        header[9] = 2; // truecolour; compression, filter method and interlacing stay 0
        PngChunks.Write(stream, "IHDR", header);
        foreach ((string keyword, string value) in text)
        {
            PngTextChunk.Write(stream, keyword, value);
        }
        Span<byte> animation = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(animation, frames.Count); // the second word, 0, means "loop for ever"
        PngChunks.Write(stream, "acTL", animation);
        uint sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            if (frames[i].Width != first.Width || frames[i].Height != first.Height)
            {
                throw new ArgumentException($"frame {i} is not {first.Width}x{first.Height}", nameof(frames));
            }
            WriteFrameControl(stream, sequence++, first.Width, first.Height, framesPerSecond);
            byte[] compressed = Compress(frames[i]);
            if (i == 0)
            {
                PngChunks.Write(stream, "IDAT", compressed.AsSpan(sizeof(uint)));
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(compressed, sequence++);
                PngChunks.Write(stream, "fdAT", compressed);
            }
        }
        PngChunks.Write(stream, "IEND", []);
    }

    private static void WriteFrameControl(Stream stream, uint sequence, int width, int height, int framesPerSecond)
    {
        Span<byte> control = stackalloc byte[26];
        control.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control[4..], width);
        BinaryPrimitives.WriteInt32BigEndian(control[8..], height); // offsets 12 and 16: at the origin
        BinaryPrimitives.WriteUInt16BigEndian(control[20..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(control[22..], (ushort)framesPerSecond);
        control[24] = DisposeNothing;
        control[25] = BlendReplaces;
        PngChunks.Write(stream, "fcTL", control);
    }

    // Four spare bytes lead, where an fdAT chunk has its sequence number.
    private static byte[] Compress(RgbImage image)
    {
        using MemoryStream compressed = new();
        compressed.Write([0, 0, 0, 0]);
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] line = new byte[image.Stride + 1];
            byte[] blank = new byte[image.Stride];
            for (int y = 0; y < image.Height; y++)
            {
                PngFilters.Apply(image.Row(y), y > 0 ? image.Row(y - 1) : blank, RgbImage.Channels, line);
                zlib.Write(line);
            }
        }
        return compressed.ToArray();
    }
}
