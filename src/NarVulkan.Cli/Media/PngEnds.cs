namespace NarVulkan.Cli.Media;

/// <summary>Tells a PNG file that was written to its end from one that was not, by its first and last bytes.</summary>
internal static class PngEnds
{
    private static ReadOnlySpan<byte> LastChunk => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Whether the file is there, begins as a PNG and ends as one. What is between is not read.</summary>
    public static bool AreThere(string path)
    {
        try
        {
            using FileStream stream = Checkpoints.RegularFile.OpenRead(path, bufferSize: 0);
            long last = stream.Length - LastChunk.Length;
            return last > PngChunks.Signature.Length && Holds(stream, 0, PngChunks.Signature) && Holds(stream, last, LastChunk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }

    private static bool Holds(FileStream stream, long position, ReadOnlySpan<byte> expected)
    {
        Span<byte> found = stackalloc byte[expected.Length];
        stream.Position = position;
        return stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.SequenceEqual(expected);
    }
}
