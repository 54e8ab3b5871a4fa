using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>The contents of a <c>.npy</c> file, row-major.</summary>
internal sealed class NpyArray
{
    private readonly byte[] data;

    /// <param name="path">The file, for messages.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Sizes, slowest dimension first.</param>
    /// <param name="data">The elements, little-endian; as many as the shape says.</param>
    public NpyArray(string path, NpyType type, int[] shape, byte[] data)
    {
        this.data = data;
        Path = path;
        Type = type;
        Shape = shape;
    }

    public string Path { get; }

    public NpyType Type { get; }

    /// <summary>Sizes, slowest dimension first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The elements as float32. float16 converts exactly, float64 is rounded to nearest.</summary>
    /// <exception cref="InvalidRequestException">The elements are integers.</exception>
    public float[] ToFloats() => Type switch
    {
        NpyType.Float32 => MemoryMarshal.Cast<byte, float>(data).ToArray(),
        NpyType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(data).ToArray(), value => (float)value),
        NpyType.Float64 => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(data).ToArray(), value => (float)value),
        _ => throw Mismatch("floating-point numbers", "float32"),
    };

    /// <summary>The elements as 32-bit integers.</summary>
    /// <exception cref="InvalidRequestException">The elements are floating-point numbers, or one does not fit into 32 bits.</exception>
    public int[] ToInts()
    {
        switch (Type)
        {
            case NpyType.Int32:
                return MemoryMarshal.Cast<byte, int>(data).ToArray();
            case NpyType.UInt8:
                return Array.ConvertAll(data, value => (int)value);
            case NpyType.Int64:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, long>(data).ToArray(), value => value is >= int.MinValue and <= int.MaxValue
                    ? (int)value
                    : throw new InvalidRequestException($"{Path}: the value {value} does not fit into 32 bits; save it as int32"));
            default:
                throw Mismatch("whole numbers", "int32");
        }
    }

    /// <summary>The elements as bytes.</summary>
    /// <exception cref="InvalidRequestException">They are not uint8.</exception>
    public byte[] ToBytes() => Type == NpyType.UInt8 ? [.. data] : throw Mismatch("bytes", "uint8");

    private InvalidRequestException Mismatch(string needed, string type)
        => new($"{Path}: holds {Type.ToString().ToLowerInvariant()}, but {needed} are needed; save it as {type}");
}
