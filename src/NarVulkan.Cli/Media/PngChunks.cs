using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Cli.Media;

/// <summary>The container of PNG and APNG (ISO/IEC 15948, third edition): signature, chunks, checksums.</summary>
internal static class PngChunks
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes one chunk: length, type, data, checksum.</summary>
    public static void Write(Stream stream, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(head, data.Length);
        Encoding.ASCII.GetBytes(type, head[4..]);
        stream.Write(head);
        stream.Write(data);
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc(head[4..], data));
        stream.Write(checksum);
    }

    /// <summary>The checksum of a chunk, over its type and its data.</summary>
    public static uint Crc(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) => Crc32.Append(Crc32.Append(0, type), data);
}
