using System.Buffers.Binary;
using System.IO.Compression;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public class PngReaderTests
{
    [Theory]
    [InlineData(0, new byte[] { 10, 20 }, new byte[] { 10, 10, 10, 20, 20, 20 })]
    [InlineData(2, new byte[] { 1, 2, 3, 4, 5, 6 }, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(3, new byte[] { 1, 0 }, new byte[] { 7, 8, 9, 4, 5, 6 })]
    [InlineData(4, new byte[] { 10, 255, 20, 0 }, new byte[] { 10, 10, 10, 20, 20, 20 })]
    [InlineData(6, new byte[] { 1, 2, 3, 99, 4, 5, 6, 99 }, new byte[] { 1, 2, 3, 4, 5, 6 })]
    public void Read_EveryColourType_GivesRgb(byte colourType, byte[] row, byte[] expected)
    {
        byte[] file = File(Header(2, 1, 8, colourType), ("PLTE", [4, 5, 6, 7, 8, 9]), ("IDAT", Deflate([0, .. row])), ("IEND", []));
        Assert.Equal(expected, PngReader.Read(file, "x.png").Frames[0].Pixels);
    }

    [Theory]
    [InlineData(1, new byte[] { 10, 20, 30, 1, 1, 1, 0, 0, 0 }, new byte[] { 10, 20, 30, 11, 21, 31, 11, 21, 31 })]
    [InlineData(3, new byte[] { 10, 20, 30, 1, 1, 1, 0, 0, 0 }, new byte[] { 10, 20, 30, 6, 11, 16, 3, 5, 8 })]
    public void Read_FilteredRow_UndoesTheFilter(byte filter, byte[] filtered, byte[] expected)
    {
        byte[] file = File(Header(3, 1, 8, 2), ("IDAT", Deflate([filter, .. filtered])), ("IEND", []));
        Assert.Equal(expected, PngReader.Read(file, "x.png").Frames[0].Pixels);
    }

    public static TheoryData<string, byte[]> Damaged()
    {
        byte[] valid = File(Header(2, 1, 8, 2), ("IDAT", Deflate([0, 1, 2, 3, 4, 5, 6])), ("IEND", []));
        byte[] badChecksum = [.. valid];
        badChecksum[^20]++;
        byte[] hugeChunk = [.. valid];
        BinaryPrimitives.WriteUInt32BigEndian(hugeChunk.AsSpan(33), uint.MaxValue);
        return new TheoryData<string, byte[]>
        {
            { "is not a PNG", [] },
            { "is not a PNG", "GIF89a"u8.ToArray() },
            { "is truncated", valid[..20] },
            { "is truncated", valid[..^1] },
            { "is truncated", hugeChunk },
            { "checksum", badChecksum },
            { "has no size", File(Header(0, 1, 8, 2), ("IEND", [])) },
            { "larger than", File(Header(int.MaxValue, int.MaxValue, 8, 2), ("IEND", [])) },
            { "larger than", File(Header(-1, 1, 8, 2), ("IEND", [])) },
            { "bits a sample", File(Header(2, 1, 16, 2), ("IEND", [])) },
            { "colour type 5", File(Header(2, 1, 8, 5), ("IEND", [])) },
            { "interlaced", File(Header(2, 1, 8, 2, interlace: 1), ("IEND", [])) },
            { "two headers", File(Header(2, 1, 8, 2), Header(2, 1, 8, 2)) },
            { "does not begin", File(("IDAT", [1])) },
            { "no picture data", File(Header(2, 1, 8, 2), ("IEND", [])) },
            { "ends early", File(Header(2, 1, 8, 2), ("IDAT", Deflate([0, 1])), ("IEND", [])) },
            { "does not decompress", File(Header(2, 1, 8, 2), ("IDAT", [0x78, 0x20, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1]), ("IEND", [])) },
            { "ends early", File(Header(8192, 8192, 8, 2), ("IDAT", Deflate([0, 1])), ("IEND", [])) },
            { "decompress", File(Header(2, 1, 8, 2), ("IDAT", [1, 2, 3, 4]), ("IEND", [])) },
            { "more picture data", File(Header(2, 1, 8, 2), ("IDAT", Deflate(new byte[8])), ("IEND", [])) },
            { "filter 7", File(Header(2, 1, 8, 2), ("IDAT", Deflate([7, 0, 0, 0, 0, 0, 0])), ("IEND", [])) },
            { "palette", File(Header(2, 1, 8, 3), ("IDAT", Deflate([0, 0, 0])), ("IEND", [])) },
            { "palette", File(Header(2, 1, 8, 3), ("PLTE", [1, 2, 3]), ("IDAT", Deflate([0, 0, 1])), ("IEND", [])) },
            { "palette has the wrong length", File(Header(2, 1, 8, 3), ("PLTE", [1, 2]), ("IEND", [])) },
            { "critical chunk", File(Header(2, 1, 8, 2), ("QQQQ", []), ("IEND", [])) },
            { "announces 4294967295 frames", File(Header(2, 1, 8, 2), ("acTL", [255, 255, 255, 255, 0, 0, 0, 0]), ("IEND", [])) },
            { "wrong length", File(Header(2, 1, 8, 2), ("acTL", [1]), ("IEND", [])) },
            { "wrong length", File(Header(2, 1, 8, 2), ("fcTL", [1]), ("IEND", [])) },
            { "partial", File(Header(2, 1, 8, 2), ("acTL", [0, 0, 0, 1, 0, 0, 0, 0]), ("fcTL", new byte[26]), ("IEND", [])) },
            { "without frame control", File(Header(2, 1, 8, 2), ("fdAT", [0, 0, 0, 0, 1]), ("IEND", [])) },
            { "announces 2 frames and holds 1", File(Header(2, 1, 8, 2), ("acTL", [0, 0, 0, 2, 0, 0, 0, 0]), FrameControl(), ("IDAT", Deflate(new byte[7])), ("IEND", [])) },
        };
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Read_DamagedOrHostileFile_SaysWhatIsWrong(string expected, byte[] file)
    {
        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => PngReader.Read(file, "x.png"));
        Assert.StartsWith("x.png: ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Decode_FramesOfMorePixelsThanAllowedTogether_IsRefused()
    {
        PngDecoder decoder = new(new PngHeader(2, 1, PngHeader.Rgb, 3), "x.png", mostPixels: 5);
        decoder.BeginAnimation(3, 0, 3);
        for (int frame = 0; frame < 2; frame++)
        {
            decoder.BeginFrame(FrameControl().Item2);
            decoder.AddFrameData(Deflate(new byte[7]));
        }
        decoder.BeginFrame(FrameControl().Item2);
        decoder.AddFrameData(Deflate(new byte[7]));

        Assert.Contains("more than 5 pixels", Assert.Throws<InvalidRequestException>(() => decoder.Finish()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyTruncation_NeverFailsInAnotherWay()
    {
        using MemoryStream stream = new();
        AnimatedPng.Write(stream, Pictures.Clip(2, 6, 4), 8, []);
        byte[] file = stream.ToArray();
        for (int length = 0; length < file.Length; length++)
        {
            byte[] part = file[..length];
            Assert.Throws<InvalidRequestException>(() => PngReader.Read(part, "x.png"));
        }
    }

    [Fact]
    public void Read_HeaderAnnouncesMuchButDataIsSmall_DoesNotInflateABomb()
    {
        // 200 MB of zeros in 200 kB of data: refused after the one row that the header announces.
        byte[] file = File(Header(2, 1, 8, 2), ("IDAT", Deflate(new byte[200_000_000])), ("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidRequestException>(() => PngReader.Read(file, "x.png"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    private static (string, byte[]) Header(int width, int height, byte bits, byte colourType, byte interlace = 0)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bits;
        header[9] = colourType;
        header[12] = interlace;
        return ("IHDR", header);
    }

    private static (string, byte[]) FrameControl()
    {
        byte[] control = new byte[26];
        control[7] = 2;
        control[11] = 1;
        return ("fcTL", control);
    }

    private static byte[] File(params (string Type, byte[] Data)[] chunks)
    {
        using MemoryStream stream = new();
        stream.Write(PngChunks.Signature);
        foreach ((string type, byte[] data) in chunks)
        {
            PngChunks.Write(stream, type, data);
        }
        return stream.ToArray();
    }

    private static byte[] Deflate(byte[] data)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(data);
        }
        return stream.ToArray();
    }
}
