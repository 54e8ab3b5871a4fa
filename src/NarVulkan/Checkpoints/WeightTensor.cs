using System.Collections.Immutable;

namespace NarVulkan.Checkpoints;

/// <summary>
/// One named, typed, shaped tensor of a <see cref="WeightFile"/>, read by ranges of elements, so that a large one is never held as a
/// whole. It is borrowed: it dies with its file. May be read from several threads at once.
/// </summary>
internal abstract class WeightTensor
{
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Sizes, slowest dimension first, already checked.</param>
    /// <param name="elementCount">Their product.</param>
    protected WeightTensor(string name, WeightType type, ImmutableArray<long> shape, long elementCount)
    {
        Name = name;
        Type = type;
        Shape = shape;
        ElementCount = elementCount;
    }

    public string Name { get; }

    public WeightType Type { get; }

    /// <summary>Sizes, slowest dimension first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    public long ElementCount { get; }

    /// <summary>The file that holds the tensor (a shard, where the weights are sharded), for messages.</summary>
    public abstract string FilePath { get; }

    /// <summary>
    /// Converts elements, in row-major order from element <paramref name="firstElement"/>, to float32. F16 and BF16 convert exactly,
    /// F64 is rounded to nearest.
    /// </summary>
    /// <exception cref="ModelFileException">The elements are integers or booleans.</exception>
    public void ReadFloats(long firstElement, Span<float> destination)
    {
        RequireFloats();
        CheckRange(firstElement, destination.Length, ElementCount);
        Read(firstElement, destination);
    }

    /// <summary>Copies elements as they are stored, in row-major order from element <paramref name="firstElement"/>.</summary>
    /// <param name="firstElement">The first one.</param>
    /// <param name="destination">Receives them, little-endian; a whole number of elements.</param>
    public void ReadBytes(long firstElement, Span<byte> destination)
    {
        if (destination.Length % Type.ByteSize() != 0)
        {
            throw new ArgumentException($"{destination.Length} bytes are no whole number of {Type}", nameof(destination));
        }
        CheckRange(firstElement, destination.Length / Type.ByteSize(), ElementCount);
        CopyTo(firstElement, destination);
    }

    /// <summary>Whether it is a matrix [N, K] in 8-bit blocks (<see cref="Q8Tensors"/>), which <see cref="ReadQ8Row"/> gives as they are; its type is then that of the values that they stand for.</summary>
    public virtual bool IsQ8 => false;

    /// <summary>Copies a row's blocks as they are stored, so that a device gets them without a second rounding.</summary>
    /// <param name="row">Which one.</param>
    /// <param name="weights">Receives K weights.</param>
    /// <param name="scales">Receives the scales of their blocks.</param>
    /// <exception cref="ModelFileException">A scale is negative or not a finite number.</exception>
    public virtual void ReadQ8Row(long row, Span<sbyte> weights, Span<Half> scales)
        => throw new NotSupportedException($"tensor {Name} is not stored in 8-bit blocks");

    /// <summary>Whether a file holds the elements in the type that the tensor says, so that <see cref="ReadBytes"/> gives them untouched.</summary>
    public virtual bool IsStored => false;

    /// <summary>Lets the memory of what was looked at in place go; it comes from the file again when it is needed again.</summary>
    public virtual void Release()
    {
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

    /// <summary>The work of <see cref="ReadFloats"/>; type and range have been checked.</summary>
    protected abstract void Read(long firstElement, Span<float> destination);

    /// <summary>The work of <see cref="ReadBytes"/>; the range has been checked.</summary>
    protected virtual void CopyTo(long firstElement, Span<byte> destination)
        => throw new NotSupportedException($"tensor {Name} is stored nowhere");

    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within what is there.</exception>
    protected void CheckRange(long first, long count, long available)
    {
        if (first < 0 || count < 0 || first > available - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"{count} from {first} do not lie within the {available} of tensor {Name}");
        }
    }
}
