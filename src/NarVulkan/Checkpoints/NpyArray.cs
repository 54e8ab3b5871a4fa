namespace NarVulkan.Checkpoints;

/// <summary>The contents of a <c>.npy</c> file, row-major.</summary>
internal sealed class NpyArray
{
    private readonly Array values;

    /// <param name="path">The file, for messages.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Sizes, slowest dimension first.</param>
    /// <param name="values">The elements, of the .NET type that <paramref name="type"/> names; as many as the shape says.</param>
    public NpyArray(string path, NpyType type, int[] shape, Array values)
    {
        this.values = values;
        Path = path;
        Type = type;
        Shape = shape;
    }

    public string Path { get; }

    public NpyType Type { get; }

    /// <summary>Sizes, slowest dimension first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The elements as float32, in an array of the caller's own. float16 converts exactly, float64 is rounded to nearest.</summary>
    /// <exception cref="InvalidRequestException">The elements are integers.</exception>
    public float[] ToFloats() => values switch
    {
        float[] floats => [.. floats],
        Half[] halves => Array.ConvertAll(halves, value => (float)value),
        double[] doubles => Array.ConvertAll(doubles, value => (float)value),
        _ => throw Mismatch("floating-point numbers", "float32"),
    };

    /// <summary>The elements as 32-bit integers, in an array of the caller's own.</summary>
    /// <exception cref="InvalidRequestException">The elements are floating-point numbers, or one does not fit into 32 bits.</exception>
    public int[] ToInts() => values switch
    {
        int[] ints => [.. ints],
        byte[] bytes => Array.ConvertAll(bytes, value => (int)value),
        long[] longs => Array.ConvertAll(longs, value => value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new InvalidRequestException($"{Path}: the value {value} does not fit into 32 bits; save it as int32")),
        _ => throw Mismatch("whole numbers", "int32"),
    };

    /// <summary>The elements as bytes, in an array of the caller's own.</summary>
    /// <exception cref="InvalidRequestException">They are not uint8.</exception>
    public byte[] ToBytes() => values is byte[] bytes ? [.. bytes] : throw Mismatch("bytes", "uint8");

    private InvalidRequestException Mismatch(string needed, string type)
        => new($"{Path}: holds {Type.ToString().ToLowerInvariant()}, but {needed} are needed; save it as {type}");
}
