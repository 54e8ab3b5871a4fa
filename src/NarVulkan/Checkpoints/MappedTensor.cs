namespace NarVulkan.Checkpoints;

/// <summary>
/// A tensor whose elements are bytes of a mapped file, possibly strided. Its geometry was checked when the file was opened.
/// </summary>
internal sealed class MappedTensor : WeightTensor
{
    private readonly MappedFile file;
    private readonly TensorLayout layout;
    private readonly long storageStart;

    /// <param name="file">The mapping that holds the storage.</param>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="layout">Shape, strides and offset, in elements, already checked against the storage's length.</param>
    /// <param name="storageStart">Byte offset of the storage in the file.</param>
    public MappedTensor(MappedFile file, string name, WeightType type, TensorLayout layout, long storageStart)
        : base(name, type, layout.Shape, layout.ElementCount)
    {
        this.file = file;
        this.layout = layout;
        this.storageStart = storageStart;
    }

    /// <inheritdoc/>
    public override string FilePath => file.Path;

    /// <summary>Bytes of the elements, their number times the size of the type.</summary>
    public long ByteLength => ElementCount * Type.ByteSize();

    /// <summary>Whether the elements lie in the file one after another in row-major order.</summary>
    public bool IsContiguous => layout.IsContiguous;

    /// <summary>All bytes in place, little-endian, row-major.</summary>
    /// <exception cref="InvalidOperationException">The tensor is strided, or longer than a span can be (see <see cref="Slice"/>).</exception>
    public ReadOnlySpan<byte> Bytes => ByteLength <= int.MaxValue
        ? Slice(0, (int)ByteLength)
        : throw new InvalidOperationException($"tensor {Name} has {ByteLength} bytes: read it in slices");

    /// <summary><paramref name="byteCount"/> bytes in place from byte <paramref name="firstByte"/> of the tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is strided.</exception>
    public ReadOnlySpan<byte> Slice(long firstByte, int byteCount)
    {
        if (!IsContiguous)
        {
            throw new InvalidOperationException($"tensor {Name} is strided: read it with {nameof(ReadFloats)}");
        }
        CheckRange(firstByte, byteCount, ByteLength);
        return file.Slice(storageStart + layout.Offset * Type.ByteSize() + firstByte, byteCount);
    }

    /// <inheritdoc/>
    public override bool TryGetBytes(long firstElement, int count, out ReadOnlySpan<byte> bytes)
    {
        long length = (long)count * Type.ByteSize();
        if (!IsContiguous || length > int.MaxValue)
        {
            bytes = [];
            return false;
        }
        bytes = Slice(firstElement * Type.ByteSize(), (int)length);
        return true;
    }

    /// <inheritdoc/>
    public override void Release() => file.Release(storageStart + layout.Offset * Type.ByteSize(), layout.Extent * Type.ByteSize());

    /// <inheritdoc/>
    protected override void CopyTo(long firstElement, Span<byte> destination)
    {
        int size = Type.ByteSize();
        while (destination.Length > 0)
        {
            (long element, long run) = layout.RunAt(firstElement);
            int count = (int)Math.Min(run, destination.Length / size);
            file.Slice(storageStart + element * size, count * size).CopyTo(destination);
            destination = destination[(count * size)..];
            firstElement += count;
        }
    }

    /// <inheritdoc/>
    protected override void Read(long firstElement, Span<float> destination)
    {
        int size = Type.ByteSize();
        while (destination.Length > 0)
        {
            // A run is as much as lies contiguously: everything, or what is left of the innermost dimension.
            (long element, long run) = layout.RunAt(firstElement);
            int count = (int)Math.Min(Math.Min(run, destination.Length), int.MaxValue / size);
            FloatConversion.ToSingle(Type, file.Slice(storageStart + element * size, count * size), destination[..count]);
            destination = destination[count..];
            firstElement += count;
        }
    }
}
