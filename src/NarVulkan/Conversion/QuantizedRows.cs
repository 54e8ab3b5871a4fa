using NarVulkan.Checkpoints;
using NarVulkan.Quantization;

namespace NarVulkan.Conversion;

/// <summary>The 8-bit blocks of a matrix [N, K], rounded as a device that loads it in this precision would round, some rows at a time.</summary>
internal sealed class QuantizedRows
{
    private const int ChunkElements = 1 << 20;

    /// <summary>The last float32 below what no scale holds: 127.5 times the largest half.</summary>
    private static readonly float LargestInBlock = MathF.BitDecrement(127.5f * 65504f);

    private readonly WeightTensor source;
    private readonly float[] values;

    /// <param name="source">A matrix that <see cref="Q8Tensors.IsQ8Matrix"/> says is kept so.</param>
    public QuantizedRows(WeightTensor source)
    {
        this.source = source;
        Columns = checked((int)source.Shape[1]);
        Rows = (int)Math.Clamp(ChunkElements / Columns, 1, Math.Max(1, source.Shape[0]));
        values = new float[Rows * Columns];
        Weights = new sbyte[values.Length];
        Scales = new Half[Rows * Q8Blocks.Count(Columns)];
    }

    /// <summary>Rows that are held at a time.</summary>
    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Of the rows that were read last, [rows, K].</summary>
    public sbyte[] Weights { get; }

    /// <summary>Of the rows that were read last, [rows, ceil(K / 32)].</summary>
    public Half[] Scales { get; }

    /// <summary>Reads and rounds rows; their number.</summary>
    /// <exception cref="ModelFileException">A value is not finite, or too large for a scale.</exception>
    public int Read(long firstRow)
    {
        int count = (int)Math.Min(Rows, source.Shape[0] - firstRow), blocks = Q8Blocks.Count(Columns), bad = 0;
        source.ReadFloats(firstRow * Columns, values.AsSpan(0, count * Columns));
        Parallel.For(0, count, row =>
        {
            if (!Q8Blocks.Quantize(values.AsSpan(row * Columns, Columns), Weights.AsSpan(row * Columns, Columns), Scales.AsSpan(row * blocks, blocks)))
            {
                Interlocked.Exchange(ref bad, 1);
            }
        });
        source.Release();
        return bad == 0 ? count : throw new ModelFileException(
            source.FilePath, $"{ValueFaults.Describe(source, LargestInBlock)} outside the range of 8-bit blocks; convert it with --precision bf16 or fp32");
    }
}
