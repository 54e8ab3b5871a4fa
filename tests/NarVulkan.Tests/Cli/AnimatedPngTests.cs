using System.Buffers.Binary;
using System.Text;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public class AnimatedPngTests
{
    private static readonly KeyValuePair<string, string>[] Text = [new("Software", "narvk"), new("Class", "bounce-ball")];

    [Fact]
    public void Write_Clip_HasTheChunksOfAnAnimationInOrder()
    {
        List<(string Type, byte[] Data)> chunks = Chunks(Encode(Pictures.Clip(3, 7, 5), 8));
        Assert.Equal(["IHDR", "tEXt", "tEXt", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 0], chunks[3].Data);
        uint[] sequence = chunks.Where(chunk => chunk.Type is "fcTL" or "fdAT").Select(chunk => BinaryPrimitives.ReadUInt32BigEndian(chunk.Data)).ToArray();
        Assert.Equal([0u, 1u, 2u, 3u, 4u], sequence);
        byte[] control = chunks[4].Data;
        Assert.Equal(26, control.Length);
        Assert.Equal((1, 8), (BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(20)), BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(22))));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 9)]
    [InlineData(16, 33, 17)]
    public void Write_ThenRead_GivesTheSamePixels(int count, int width, int height)
    {
        IReadOnlyList<RgbImage> frames = Pictures.Clip(count, width, height);
        PngPicture read = PngReader.Read(Encode(frames, 8), "test");
        Assert.Equal(count, read.Frames.Count);
        Assert.Equal(0.125, read.FrameSeconds);
        Assert.Equal(0, read.Plays);
        Assert.Equal("bounce-ball", read.Text["Class"]);
        Assert.All(frames.Zip(read.Frames), pair => Assert.Equal(pair.First.Pixels, pair.Second.Pixels));
    }

    [Fact]
    public void Write_SmoothPicture_CompressesWell()
    {
        RgbImage image = new(64, 64);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i / 3 % 64 * 2 + i / 3 / 64);
        }
        Assert.InRange(Encode([image, image], 8).Length, 1, image.Pixels.Length / 4);
    }

    [Fact]
    public void Write_FramesOfTwoSizes_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Encode([new RgbImage(2, 2), new RgbImage(3, 2)], 8));

    [Fact]
    public void StillPng_WriteThenRead_GivesPixelsAndText()
    {
        RgbImage image = Pictures.Clip(1, 13, 11)[0];
        using MemoryStream stream = new();
        StillPng.Write(stream, image, Text);
        PngPicture read = PngReader.Read(stream.ToArray(), "test");
        Assert.Equal(image.Pixels, Assert.Single(read.Frames).Pixels);
        Assert.Equal("narvk", read.Text["Software"]);
    }

    private static byte[] Encode(IReadOnlyList<RgbImage> frames, int framesPerSecond)
    {
        using MemoryStream stream = new();
        AnimatedPng.Write(stream, frames, framesPerSecond, Text);
        return stream.ToArray();
    }

    // Written apart from the reader: a mistake that both would share is found here. The checksum is computed bit by bit.
    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        List<(string, byte[])> chunks = [];
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            uint crc = uint.MaxValue;
            foreach (byte b in file.AsSpan(at + 4, length + 4))
            {
                crc ^= b;
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
                }
            }
            Assert.Equal(~crc, BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }
        return chunks;
    }
}
