using System.Collections.Immutable;

namespace NarVulkan.Checkpoints;

/// <summary>
/// One named tensor of a <see cref="WeightFile"/>: a typed, shaped, possibly strided view of bytes in the mapped file.
/// Its geometry was checked when the file was opened. It is borrowed: it dies with its file.
/// </summary>
internal sealed class WeightTensor
{
    private readonly MappedFile file;
    private readonly TensorLayout layout;
    private readonly long storageStart;

    /// <param name="file">The mapping that holds the storage.</param>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="layout">Shape, strides and offset, in elements, already checked against the storage's length.</param>
    /// <param name="storageStart">Byte offset of the storage in the file.</param>
    public WeightTensor(MappedFile file, string name, WeightType type, TensorLayout layout, long storageStart)
    {
        this.file = file;
        this.layout = layout;
        this.storageStart = storageStart;
        Name = name;
        Type = type;
    }

    public string Name { get; }

    public WeightType Type { get; }

    /// <summary>Sizes, slowest dimension first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape => layout.Shape;

    public long ElementCount => layout.ElementCount;

    /// <summary>Bytes of the elements, <see cref="ElementCount"/> times the size of <see cref="Type"/>.</summary>
    public long ByteLength => ElementCount * Type.ByteSize();

    /// <summary>Whether the elements lie in the file one after another in row-major order.</summary>
    public bool IsContiguous => layout.IsContiguous;

    /// <summary>The file that holds the tensor (a shard, where the weights are sharded).</summary>
    public string FilePath => file.Path;

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

    /// <summary>
    /// Converts elements, in row-major order from element <paramref name="firstElement"/>, to float32. F16 and BF16 convert exactly,
    /// F64 is rounded to nearest.
    /// </summary>
    /// <exception cref="ModelFileException">The elements are integers or booleans.</exception>
    public void ReadFloats(long firstElement, Span<float> destination)
    {
        RequireFloats();
        CheckRange(firstElement, destination.Length, ElementCount);
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

    /// <summary>Refuses a tensor that <see cref="ReadFloats"/> cannot read, before anything is allocated for it.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="ModelFileException">The elements are integers or booleans.</exception>
    public WeightTensor RequireFloats() => Type.IsFloat()
        ? this
        : throw new ModelFileException(FilePath, $"tensor {Name} holds {Type}, but floating-point numbers are needed");

    /// <summary>All elements as float32, see <see cref="ReadFloats"/>.</summary>
    /// <exception cref="ModelFileException">The elements are not floating-point, or too many for one array.</exception>
    public float[] ToFloats()
    {
        if (ElementCount > Array.MaxLength)
        {
            throw new ModelFileException(FilePath, $"tensor {Name} has {ElementCount} elements, more than one array can hold");
        }
        float[] values = new float[ElementCount];
        ReadFloats(0, values);
        return values;
    }

    private void CheckRange(long first, long count, long available)
    {
        if (first < 0 || count < 0 || first > available - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"{count} from {first} do not lie within the {available} of tensor {Name}");
        }
    }
}
