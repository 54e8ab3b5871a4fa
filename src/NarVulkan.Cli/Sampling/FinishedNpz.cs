using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>Tells whether a file is the array that a shard's journal speaks of.</summary>
internal static class FinishedNpz
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Whether the file is there and has the length, the shape and the checksum that it should have; its array is not read.</summary>
    public static bool IsWhole(string path, NpzLayout layout, uint crc)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path, bufferSize: 0);
            byte[] head = layout.Head(crc), tail = layout.Tail(crc);
            return stream.Length == layout.DataOffset + layout.DataBytes + tail.Length
                && Holds(stream, 0, head)
                && Holds(stream, layout.DataOffset + layout.DataBytes, tail);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Hands over the array's bytes; the checksum of the array's header and them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="write">Receives the bytes in pieces; null to have the checksum alone.</param>
    public static uint Read(string path, NpzLayout layout, ValueChunks.ChunkWriter? write)
    {
        using FileStream stream = RegularFile.OpenRead(path, bufferSize: 0);
        stream.Position = layout.DataOffset;
        byte[] chunk = new byte[ChunkBytes];
        uint crc = layout.InitialCrc;
        for (long left = layout.DataBytes; left > 0;)
        {
            Span<byte> piece = chunk.AsSpan(0, (int)Math.Min(chunk.Length, left));
            stream.ReadExactly(piece);
            crc = Crc32.Append(crc, piece);
            write?.Invoke(piece);
            left -= piece.Length;
        }
        return crc;
    }

    private static bool Holds(FileStream stream, long position, byte[] expected)
    {
        byte[] found = new byte[expected.Length];
        stream.Position = position;
        return stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(expected);
    }
}
