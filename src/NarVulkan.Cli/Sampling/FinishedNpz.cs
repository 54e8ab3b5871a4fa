using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Sampling;

/// <summary>Tells whether a file is the array that a shard's journal speaks of.</summary>
internal static class FinishedNpz
{
    /// <summary>Whether the file is there and has the length, the shape and the checksum that it should have; its array is not read.</summary>
    public static bool IsWhole(string path, NpzLayout layout, uint crc)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            byte[] head = layout.Head(crc), tail = layout.Tail(crc);
            return stream.Length == layout.DataOffset + layout.DataBytes + tail.Length
                && Holds(stream, 0, head)
                && Holds(stream, layout.DataOffset + layout.DataBytes, tail);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static bool Holds(FileStream stream, long position, byte[] expected)
    {
        byte[] found = new byte[expected.Length];
        stream.Position = position;
        return stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(expected);
    }
}
