using System.Buffers.Binary;
using System.Text;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Media;

/// <summary>
/// Reads PNG and APNG files as clips of frames: 8 bits a sample, grey, grey with alpha, RGB, RGBA or palette, not interlaced; animations of
/// whole frames only, which is what this program writes. Alpha is ignored. The file is hostile input: every length, checksum and count is
/// checked before it is used, and no more is inflated than the header announces.
/// </summary>
internal static class PngReader
{
    private const int LargestSide = 16384;
    private const int MostPixels = 1 << 26;
    private const int MostFrames = 4096;
    private const int ChunkOverhead = 12;

    /// <param name="path">Full path of the file.</param>
    /// <param name="name">Its name in errors.</param>
    /// <exception cref="InvalidRequestException">The file cannot be read, is damaged, or is of a kind that is not supported.</exception>
    public static PngPicture Read(string path, string name) => Read(ReadFile(path, name), name);

    /// <summary>All bytes of a file that the user named.</summary>
    /// <exception cref="InvalidRequestException">It cannot be read.</exception>
    public static byte[] ReadFile(string path, string name)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path, bufferSize: 0);
            if (stream.Length > Array.MaxLength)
            {
                throw Wrong(name, "is larger than this program reads");
            }
            byte[] file = GC.AllocateUninitializedArray<byte>((int)stream.Length);
            stream.ReadExactly(file);
            return file;
        }
        catch (FormatException e)
        {
            throw Wrong(name, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(name, File.Exists(path) ? $"cannot be read: {e.Message}" : "there is no such file; check the path", e);
        }
    }

    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name in errors.</param>
    /// <exception cref="InvalidRequestException">It is damaged, or of a kind that is not supported.</exception>
    public static PngPicture Read(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(PngChunks.Signature))
        {
            throw Wrong(name, "is not a PNG file");
        }
        PngDecoder? decoder = null;
        ReadOnlySpan<byte> rest = file[PngChunks.Signature.Length..];
        bool ended = false;
        while (!ended)
        {
            ReadOnlySpan<byte> data = NextChunk(ref rest, name, out string type);
            if (type == "IHDR")
            {
                decoder = decoder is null ? new PngDecoder(ReadHeader(data, name), name) : throw Wrong(name, "has two headers");
            }
            else if (decoder is null)
            {
                throw Wrong(name, "does not begin with its header");
            }
            else
            {
                ended = Take(decoder, type, data, name);
            }
        }
        return decoder!.Finish();
    }

    private static bool Take(PngDecoder decoder, string type, ReadOnlySpan<byte> data, string name)
    {
        switch (type)
        {
            case "PLTE":
                decoder.SetPalette(data);
                break;
            case "acTL":
                decoder.BeginAnimation(Word(data, 0, 8, name), Word(data, 4, 8, name), MostFrames);
                break;
            case "fcTL":
                decoder.BeginFrame(data);
                break;
            case "IDAT":
                decoder.AddData(data);
                break;
            case "fdAT" when data.Length >= sizeof(uint):
                decoder.AddFrameData(data[sizeof(uint)..]);
                break;
            case PngTextChunk.Latin1 or PngTextChunk.International:
                if (PngTextChunk.TryRead(type, data, out string? keyword, out string? text))
                {
                    decoder.AddText(keyword, text);
                }
                break;
            case "IEND":
                return true;
            default:
                // A capital first letter marks a chunk that a reader must understand.
                if (char.IsAsciiLetterUpper(type[0]))
                {
                    throw Wrong(name, $"has an unknown critical chunk '{type}'");
                }
                break;
        }
        return false;
    }

    /// <summary>The data of the next chunk, its length and checksum checked.</summary>
    /// <param name="rest">The file from this chunk on; afterwards, from the next one on.</param>
    /// <param name="name">The file's name in errors.</param>
    /// <param name="type">Four letters.</param>
    /// <exception cref="InvalidRequestException">It is damaged.</exception>
    public static ReadOnlySpan<byte> NextChunk(ref ReadOnlySpan<byte> rest, string name, out string type)
    {
        if (rest.Length < ChunkOverhead)
        {
            throw Wrong(name, "is truncated");
        }
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - ChunkOverhead)
        {
            throw Wrong(name, "is truncated");
        }
        ReadOnlySpan<byte> typeBytes = rest.Slice(4, 4);
        foreach (byte letter in typeBytes)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw Wrong(name, "is damaged: a chunk has no valid type");
            }
        }
        type = Encoding.ASCII.GetString(typeBytes);
        ReadOnlySpan<byte> data = rest.Slice(8, (int)length);
        if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != PngChunks.Crc(typeBytes, data))
        {
            throw Wrong(name, $"is damaged: the checksum of its {type} chunk does not match");
        }
        rest = rest[(ChunkOverhead + (int)length)..];
        return data;
    }

    private static PngHeader ReadHeader(ReadOnlySpan<byte> data, string name)
    {
        long width = Word(data, 0, 13, name);
        long height = Word(data, 4, 13, name);
        if (width < 1 || height < 1)
        {
            throw Wrong(name, "has no size");
        }
        if (width > LargestSide || height > LargestSide || width * height > MostPixels)
        {
            throw Wrong(name, $"is {width}x{height}, larger than this program reads");
        }
        if (data[8] != 8)
        {
            throw Wrong(name, $"has {data[8]} bits a sample; only 8 are supported");
        }
        if (data[10] != 0 || data[11] != 0)
        {
            throw Wrong(name, "is damaged: unknown compression or filter method");
        }
        if (data[12] != 0)
        {
            throw Wrong(name, "is interlaced; save it without interlacing");
        }
        int samples = data[9] switch
        {
            PngHeader.Grey or PngHeader.Palette => 1,
            PngHeader.GreyAlpha => 2,
            PngHeader.Rgb => 3,
            PngHeader.Rgba => 4,
            _ => throw Wrong(name, $"is damaged: unknown colour type {data[9]}"),
        };
        return new PngHeader((int)width, (int)height, data[9], samples);
    }

    private static uint Word(ReadOnlySpan<byte> data, int offset, int expectedLength, string name) => data.Length == expectedLength
        ? BinaryPrimitives.ReadUInt32BigEndian(data[offset..])
        : throw Wrong(name, "is damaged: a chunk has the wrong length");

    public static InvalidRequestException Wrong(string name, string problem, Exception? inner = null) => new($"{name}: {problem}", inner);
}
