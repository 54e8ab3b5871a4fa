using NarVulkan.Checkpoints;
using NarVulkan.Kernels;

namespace NarVulkan.Conversion;

/// <summary>A tensor of any floating-point type, rounded to another as a device that loads it would round.</summary>
/// <param name="source">What to convert.</param>
/// <param name="type">F32, F16 or BF16.</param>
internal sealed class RoundedTensor(WeightTensor source, WeightType type) : StoredTensor(source.Name, type, source.Shape, source.ElementCount)
{
    private const int ChunkElements = 1 << 20;

    /// <summary>The last float32 below what would round to infinity.</summary>
    private static readonly float LargestHalf = MathF.BitDecrement(65520f), LargestBrain = BitConverter.UInt32BitsToSingle(0x7f7f7fff);

    /// <inheritdoc/>
    /// <exception cref="ModelFileException">A value is outside the range of the type.</exception>
    public override void Write(ValueChunks.ChunkWriter write)
    {
        WeightPrecision precision = Type switch
        {
            WeightType.F32 => WeightPrecision.Float32,
            WeightType.F16 => WeightPrecision.Float16,
            WeightType.BF16 => WeightPrecision.BFloat16,
            _ => throw new InvalidOperationException($"no rounding to {Type}"),
        };
        float[] values = new float[Math.Min(ChunkElements, ElementCount)];
        byte[] bytes = new byte[values.Length * Type.ByteSize()];
        for (long first = 0; first < ElementCount; first += values.Length)
        {
            int count = (int)Math.Min(values.Length, ElementCount - first);
            source.ReadFloats(first, values.AsSpan(0, count));
            Span<byte> encoded = bytes.AsSpan(0, count * Type.ByteSize());
            if (!WeightEncoding.Encode(values.AsSpan(0, count), precision, encoded))
            {
                throw new ModelFileException(source.FilePath, $"{ValueFaults.Describe(source, Type == WeightType.F16 ? LargestHalf : LargestBrain)} outside the range of {Type}; convert it with --precision {(Type == WeightType.F16 ? "bf16 or " : "")}fp32");
            }
            NotFinite += FiniteNumbers.CountOthers(Type, encoded);
            write(encoded);
            source.Release();
        }
    }
}
