using System.Buffers.Binary;
using System.IO.Compression;
using StbImageWriteSharp;
using Xunit;

namespace NarVulkan.Tests.Bindings;

public sealed class ImageWriterTests
{
    [Theory]
    [InlineData(1, 1, ColorComponents.Grey, 0)]
    [InlineData(7, 5, ColorComponents.GreyAlpha, 4)]
    [InlineData(33, 19, ColorComponents.RedGreenBlue, 2)]
    [InlineData(16, 16, ColorComponents.RedGreenBlueAlpha, 6)]
    public void WritePng_NoiseAndGradients_ReadBackIdentical(int width, int height, ColorComponents components, int colorType)
    {
        byte[] pixels = Picture(width, height, (int)components);
        var stream = new MemoryStream();

        new ImageWriter().WritePng(pixels, width, height, components, stream);

        var (header, read) = ReadPng(stream.ToArray(), (int)components);
        Assert.Equal((width, height, 8, colorType), header);
        Assert.Equal(pixels, read);
    }

    [Fact]
    public unsafe void WritePng_FromPointer_EqualsFromArray()
    {
        byte[] pixels = Picture(9, 4, 3);
        var fromArray = new MemoryStream();
        var fromPointer = new MemoryStream();
        new ImageWriter().WritePng(pixels, 9, 4, ColorComponents.RedGreenBlue, fromArray);

        fixed (byte* first = pixels)
        {
            new ImageWriter().WritePng(first, 9, 4, ColorComponents.RedGreenBlue, fromPointer);
        }

        Assert.Equal(fromArray.ToArray(), fromPointer.ToArray());
    }

    // The upper half is a gradient, which the filters are for; the lower half is noise.
    private static byte[] Picture(int width, int height, int components)
    {
        byte[] pixels = new byte[width * height * components];
        new Random(1).NextBytes(pixels);
        for (int i = 0; i < pixels.Length / 2; i++)
        {
            pixels[i] = (byte)((i / components % width * 3) + (i / (width * components) * 5) + (i % components * 40));
        }

        return pixels;
    }

    private static ((int Width, int Height, int Bits, int ColorType) Header, byte[] Pixels) ReadPng(byte[] file, int pixelBytes)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        (int Width, int Height, int Bits, int ColorType) header = default;
        var data = new MemoryStream();
        string last = "";
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var typeAndData = file.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32(typeAndData), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            last = System.Text.Encoding.ASCII.GetString(typeAndData[..4]);
            var content = typeAndData[4..];
            if (last == "IHDR")
            {
                header = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]), content[8], content[9]);
            }
            else if (last == "IDAT")
            {
                data.Write(content);
            }

            at += length + 12;
        }

        Assert.Equal("IEND", last);
        data.Position = 0;
        return (header, Unfilter(new ZLibStream(data, CompressionMode.Decompress), header.Width * pixelBytes, header.Height, pixelBytes));
    }

    // RFC 2083, section 6, written from the reader's side.
    private static byte[] Unfilter(Stream stream, int stride, int height, int pixelBytes)
    {
        byte[] pixels = new byte[stride * height];
        byte[] row = new byte[stride];
        for (int y = 0; y < height; y++)
        {
            int filter = stream.ReadByte();
            stream.ReadExactly(row);
            for (int x = 0; x < stride; x++)
            {
                int a = x >= pixelBytes ? pixels[(y * stride) + x - pixelBytes] : 0;
                int b = y > 0 ? pixels[((y - 1) * stride) + x] : 0;
                int c = x >= pixelBytes && y > 0 ? pixels[((y - 1) * stride) + x - pixelBytes] : 0;
                int p = a + b - c;
                int[] byDistance = [.. new[] { a, b, c }.OrderBy(v => Math.Abs(p - v))];
                int predicted = filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, 4 => byDistance[0], _ => throw new InvalidDataException($"filter {filter}") };
                pixels[(y * stride) + x] = (byte)(row[x] + predicted);
            }
        }

        Assert.Equal(-1, stream.ReadByte());
        return pixels;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0u - (crc & 1)));
            }
        }

        return ~crc;
    }
}
