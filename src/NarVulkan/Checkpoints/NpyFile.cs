using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>NumPy's <c>.npy</c> files: tokens, logits, frames and conditions come and go in them. Little-endian, row-major.</summary>
internal static class NpyFile
{
    /// <exception cref="InvalidRequestException">The file is missing, damaged, or of a kind that is not supported.</exception>
    public static NpyArray Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            NpyHeader header = NpyHeader.Read(stream);
            // Compared before anything is allocated: a header may claim anything.
            long available = stream.Length - header.ByteLength;
            if (header.DataLength is not { } length)
            {
                throw new FormatException($"has shape ({string.Join(", ", header.Shape)}), more than one array can hold");
            }
            if (length != available)
            {
                throw new FormatException($"should have {length} bytes of data, but has {available}; it is truncated or damaged");
            }
            byte[] data = new byte[length];
            stream.ReadExactly(data);
            return new NpyArray(path, header.Type, header.Shape, data);
        }
        catch (FormatException e)
        {
            throw new InvalidRequestException($"{path}: {e.Message}", e);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidRequestException($"{path}: is no .npy file or is truncated; write it with numpy.save", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidRequestException($"{path}: there is no such file; check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InvalidRequestException($"{path}: cannot be read ({e.Message})", e);
        }
    }

    /// <summary>Writes float32 of the given shape; the file appears whole or not at all.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
        => Write(path, NpyType.Float32, shape, sizeof(float), MemoryMarshal.AsBytes(values));

    /// <summary>Writes int32 of the given shape; the file appears whole or not at all.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlySpan<int> values)
        => Write(path, NpyType.Int32, shape, sizeof(int), MemoryMarshal.AsBytes(values));

    /// <summary>Writes uint8 of the given shape; the file appears whole or not at all.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlySpan<byte> values)
        => Write(path, NpyType.UInt8, shape, 1, values);

    private static void Write(string path, NpyType type, ReadOnlySpan<int> shape, int elementSize, ReadOnlySpan<byte> data)
    {
        if (NpyHeader.CountBytes(shape, elementSize) != data.Length)
        {
            throw new ArgumentException($"{data.Length / elementSize} values do not have shape ({string.Join(", ", shape.ToArray())})", nameof(shape));
        }
        using AtomicFile file = AtomicFile.Create(path);
        file.Write(NpyHeader.Create(type, shape));
        file.Write(data);
        file.Commit();
    }
}
