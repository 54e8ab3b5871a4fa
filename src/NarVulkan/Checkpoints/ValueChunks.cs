using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>Arrays of numbers to and from bytes, a bounded part at a time: a span of bytes ends at 2 GiB, an array of numbers does not.</summary>
internal static class ValueChunks
{
    /// <summary>Bytes handed over at once.</summary>
    private const int ChunkBytes = 64 << 20;

    /// <summary>Takes the bytes of one part.</summary>
    public delegate void ChunkWriter(ReadOnlySpan<byte> bytes);

    /// <summary>Hands the bytes of all values over, in order.</summary>
    /// <param name="values">The values.</param>
    /// <param name="write">Called for each part.</param>
    /// <param name="chunkBytes">Bytes of a part; at least those of one value.</param>
    public static unsafe void Write<T>(ReadOnlySpan<T> values, ChunkWriter write, int chunkBytes = ChunkBytes)
        where T : unmanaged
    {
        for (int most = chunkBytes / sizeof(T); values.Length > 0;)
        {
            ReadOnlySpan<T> part = values[..Math.Min(most, values.Length)];
            write(MemoryMarshal.AsBytes(part));
            values = values[part.Length..];
        }
    }

    /// <summary>Fills all values from a stream.</summary>
    /// <param name="stream">Where their bytes are next.</param>
    /// <param name="values">Receives them.</param>
    /// <param name="chunkBytes">Bytes of a part; at least those of one value.</param>
    /// <exception cref="EndOfStreamException">The stream has fewer.</exception>
    public static unsafe void Read<T>(Stream stream, Span<T> values, int chunkBytes = ChunkBytes)
        where T : unmanaged
    {
        for (int most = chunkBytes / sizeof(T); values.Length > 0;)
        {
            Span<T> part = values[..Math.Min(most, values.Length)];
            stream.ReadExactly(MemoryMarshal.AsBytes(part));
            values = values[part.Length..];
        }
    }
}
