using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Output;

/// <summary>Writes an <c>.npz</c> file of <see cref="NpzLayout"/> from samples that come one after another; never holds the array.</summary>
internal static class NpzFile
{
    /// <summary>Writes a whole file; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">The array's shape, its first size the number of samples.</param>
    /// <param name="writeData">Hands over the array's bytes, in order.</param>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, Action<ValueChunks.ChunkWriter> writeData)
    {
        NpzLayout layout = new(shape);
        AtomicFile.Write(path, stream =>
        {
            if (!stream.CanSeek)
            {
                throw new OutputFileException(path, "is a pipe, but an .npz file is written back to; name a file");
            }
            stream.Write(layout.Head(0));
            uint crc = layout.InitialCrc;
            long left = layout.DataBytes;
            writeData(bytes =>
            {
                stream.Write(bytes);
                crc = Crc32.Append(crc, bytes);
                left -= bytes.Length;
            });
            if (left != 0)
            {
                throw new ArgumentException($"{layout.DataBytes - left} bytes do not have shape ({string.Join(", ", shape)})", nameof(writeData));
            }
            stream.Write(layout.Tail(crc));
            NpzLayout.WriteCrc(stream, crc);
        });
    }
}
