using System.Buffers.Binary;
using System.IO.Compression;

namespace StbImageWriteSharp;

/// <summary>Writes images of 8 bits a component.</summary>
public class ImageWriter
{
    /// <summary>Writes a PNG (RFC 2083).</summary>
    /// <param name="data">Rows from the top, pixels from the left: width * height * components bytes.</param>
    /// <exception cref="ArgumentException">There is no pixel, or too few bytes.</exception>
    public void WritePng(byte[] data, int width, int height, ColorComponents components, Stream dest)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckSize(width, height, components);
        if (data.LongLength < (long)width * height * (int)components)
        {
            throw new ArgumentException($"{data.LongLength} bytes for {width}x{height} pixels of {(int)components} bytes.", nameof(data));
        }

        Write(data, width, height, components, dest);
    }

    /// <inheritdoc cref="WritePng(byte[], int, int, ColorComponents, Stream)"/>
    public unsafe void WritePng(void* data, int width, int height, ColorComponents components, Stream dest)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckSize(width, height, components);
        Write(new ReadOnlySpan<byte>(data, checked(width * height * (int)components)), width, height, components, dest);
    }

    private static void CheckSize(int width, int height, ColorComponents components)
    {
        if (width <= 0 || height <= 0 || !Enum.IsDefined(components))
        {
            throw new ArgumentException($"No image: {width}x{height} pixels of {(int)components} components.");
        }
    }

    private static void Write(ReadOnlySpan<byte> pixels, int width, int height, ColorComponents components, Stream dest)
    {
        ArgumentNullException.ThrowIfNull(dest);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = components switch
        {
            ColorComponents.Grey => 0,
            ColorComponents.GreyAlpha => 4,
            ColorComponents.RedGreenBlue => 2,
            _ => 6,
        };

        dest.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        PngChunk.Write(dest, "IHDR"u8, header);
        PngChunk.Write(dest, "IDAT"u8, Compress(pixels, width * (int)components, height, (int)components));
        PngChunk.Write(dest, "IEND"u8, []);
    }

    private static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> pixels, int stride, int height, int pixelBytes)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var filter = new PngFilter(stride, pixelBytes);
            for (int row = 0; row < height; row++)
            {
                var previous = row == 0 ? default : pixels.Slice((row - 1) * stride, stride);
                zlib.Write(filter.Apply(pixels.Slice(row * stride, stride), previous));
            }
        }

        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }
}
