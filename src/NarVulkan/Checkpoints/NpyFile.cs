namespace NarVulkan.Checkpoints;

/// <summary>NumPy's <c>.npy</c> files: tokens, logits, frames and conditions come and go in them. Little-endian, row-major.</summary>
internal static class NpyFile
{
    private const int BufferSize = 4096;

    /// <exception cref="InvalidRequestException">The file is missing, damaged, or of a kind that is not supported.</exception>
    public static NpyArray Read(string path)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path, BufferSize);
            NpyHeader header = NpyHeader.Read(stream);
            // Compared before anything is allocated: a header may claim anything.
            long available = stream.Length - header.ByteLength;
            if (header.ElementCount is not { } count)
            {
                throw new FormatException($"has shape ({string.Join(", ", header.Shape)}), more than one array can hold");
            }
            long length = (long)count * header.ElementSize;
            if (length != available)
            {
                throw new FormatException($"should have {length} bytes of data, but has {available}; it is truncated or damaged");
            }
            return new NpyArray(path, header.Type, header.Shape, ReadValues(stream, header.Type, count));
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
        => Write(path, NpyType.Float32, shape, values);

    /// <summary>Writes int32 of the given shape; the file appears whole or not at all.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlySpan<int> values)
        => Write(path, NpyType.Int32, shape, values);

    /// <summary>Writes uint8 of the given shape; the file appears whole or not at all.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlySpan<byte> values)
        => Write(path, NpyType.UInt8, shape, values);

    private static Array ReadValues(Stream stream, NpyType type, int count) => type switch
    {
        NpyType.Float16 => ReadValues<Half>(stream, count),
        NpyType.Float32 => ReadValues<float>(stream, count),
        NpyType.Float64 => ReadValues<double>(stream, count),
        NpyType.Int32 => ReadValues<int>(stream, count),
        NpyType.Int64 => ReadValues<long>(stream, count),
        _ => ReadValues<byte>(stream, count),
    };

    private static T[] ReadValues<T>(Stream stream, int count)
        where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>(count);
        ValueChunks.Read<T>(stream, values);
        return values;
    }

    private static void Write<T>(string path, NpyType type, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (NpyHeader.CountElements(shape) != values.Length)
        {
            throw new ArgumentException($"{values.Length} values do not have shape ({string.Join(", ", shape.ToArray())})", nameof(shape));
        }
        using AtomicFile file = AtomicFile.Create(path);
        file.Write(NpyHeader.Create(type, shape));
        ValueChunks.Write(values, file.Write);
        file.Commit();
    }
}
