using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NarVulkan.Cli.Media;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>PNG and APNG: chunks with checksums that fit, rows before they are packed, or bytes.</summary>
internal sealed class PngTarget() : FuzzTarget("png")
{
    private static readonly string[] Types = ["IHDR", "PLTE", "IDAT", "IEND", "acTL", "fcTL", "fdAT", "tEXt", "zTXt", "iTXt", "abCd", "ABCD"];

    /// <inheritdoc/>
    public override string FileName => "input.png";

    /// <summary>Deflate packs a thousand zeros into one byte, a grey sample becomes three, and a frame is held packed, too.</summary>
    public override int BytesPerByte => 4096;

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        List<(string Type, byte[] Data)> chunks = Split(input);
        if (chunks.Count == 0 || random.OneIn(5))
        {
            return ByteMutator.Mutate(input, random, other);
        }
        for (int changes = 1 + random.Below(2); changes > 0 && chunks.Count > 0; changes--)
        {
            int at = random.Below(chunks.Count);
            (string type, byte[] data) = chunks[at];
            switch (random.Below(7))
            {
                case 0: chunks.RemoveAt(at); break;
                case 1: chunks.Insert(random.Below(chunks.Count), (type, data)); break;
                case 2: chunks[at] = (random.Pick(Types), data); break;
                case 3: chunks[at] = (type, Repack(type, data, random)); break;
                case 4 when type == "IHDR" && data.Length >= 8:
                    BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(random.OneIn(2) ? 0 : 4), (int)Interesting.Number(random));
                    break;
                default: chunks[at] = (type, ByteMutator.Mutate(data, random)); break;
            }
        }
        using MemoryStream file = new();
        file.Write(PngChunks.Signature);
        foreach ((string type, byte[] data) in chunks)
        {
            PngChunks.Write(file, type, data);
        }
        return file.ToArray();
    }

    /// <inheritdoc/>
    public override string Read(string path)
    {
        PngRecord record = PngRecord.Read(path, path);
        PngPicture picture = PngReader.Read(path, path);
        return $"{picture.Frames.Count} {picture.Text.Count} {record.Texts.Count}";
    }

    // What is packed is changed before it is packed again.
    private static byte[] Repack(string type, byte[] data, FuzzRandom random)
    {
        int start = type == "fdAT" && data.Length > 4 ? 4 : 0;
        try
        {
            using MemoryStream rows = new(), packed = new();
            using (ZLibStream zlib = new(new MemoryStream(data[start..]), CompressionMode.Decompress))
            {
                zlib.CopyTo(rows);
            }
            byte[] changed = random.OneIn(8) ? new byte[random.Below(1 << 22)] : ByteMutator.Mutate(rows.ToArray(), random);
            using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                zlib.Write(changed);
            }
            return [.. data[..start], .. packed.ToArray()];
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return ByteMutator.Mutate(data, random);
        }
    }

    private static List<(string Type, byte[] Data)> Split(byte[] file)
    {
        List<(string, byte[])> chunks = [];
        for (int at = PngChunks.Signature.Length; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                break;
            }
            chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + (int)length)]));
            at += 12 + (int)length;
        }
        return chunks;
    }
}
