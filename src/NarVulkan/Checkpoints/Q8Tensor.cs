using System.Runtime.InteropServices;
using NarVulkan.Quantization;

namespace NarVulkan.Checkpoints;

/// <summary>A matrix in the form of <see cref="Q8Blocks"/>, of two tensors of a file: see <see cref="Q8Tensors"/>. Read as float32 it gives the weights that its blocks stand for.</summary>
internal sealed class Q8Tensor : WeightTensor
{
    private const int BlocksAtOnce = 64;

    private Q8Tensor(WeightTensor weights, WeightTensor scales)
        : base(weights.Name, WeightType.F32, weights.Shape, weights.ElementCount)
    {
        Weights = weights;
        Scales = scales;
    }

    /// <summary>I8 [N, K].</summary>
    public WeightTensor Weights { get; }

    /// <summary>F16 [N, ceil(K / 32)].</summary>
    public WeightTensor Scales { get; }

    /// <inheritdoc/>
    public override string FilePath => Weights.FilePath;

    /// <inheritdoc/>
    public override bool IsQ8 => true;

    private int Columns => (int)Shape[1];

    private int Blocks => Q8Blocks.Count(Columns);

    /// <summary>Puts the two together.</summary>
    /// <exception cref="ModelFileException">They are not of the types and shapes of a matrix and its scales.</exception>
    public static Q8Tensor Of(WeightTensor weights, WeightTensor scales)
    {
        if (weights.Type != WeightType.I8 || weights.Shape is not [var rows, > 0 and <= int.MaxValue and var columns])
        {
            throw new ModelFileException(weights.FilePath, $"tensor {weights.Name} of {weights.Type} [{string.Join(", ", weights.Shape)}] has scales, but only matrices of I8 do; convert it again");
        }
        return scales.Type == WeightType.F16 && scales.Shape.AsSpan().SequenceEqual([rows, Q8Blocks.Count((int)columns)])
            ? new Q8Tensor(weights, scales)
            : throw new ModelFileException(scales.FilePath, $"tensor {scales.Name} is {scales.Type} [{string.Join(", ", scales.Shape)}], but the scales of I8 [{rows}, {columns}] are F16 [{rows}, {Q8Blocks.Count((int)columns)}]; convert it again");
    }

    /// <inheritdoc/>
    public override void ReadQ8Row(long row, Span<sbyte> weights, Span<Half> scales)
    {
        Weights.ReadBytes(row * Columns, MemoryMarshal.AsBytes(weights[..Columns]));
        ReadScales(row * Blocks, scales[..Blocks]);
    }

    /// <inheritdoc/>
    public override void Release()
    {
        Weights.Release();
        Scales.Release();
    }

    /// <inheritdoc/>
    protected override void Read(long firstElement, Span<float> destination)
    {
        // Some blocks of a row at a time: rows need not be whole blocks, and a range may begin within one.
        Span<sbyte> weights = stackalloc sbyte[BlocksAtOnce * Q8Blocks.Length];
        Span<Half> scales = stackalloc Half[BlocksAtOnce];
        while (destination.Length > 0)
        {
            (long row, long column) = Math.DivRem(firstElement, Columns);
            int skipped = (int)(column % Q8Blocks.Length);
            int count = (int)Math.Min(Math.Min(weights.Length - skipped, Columns - column), destination.Length);
            Span<sbyte> part = weights[..(skipped + count)];
            // What lies before the range in its first block is read again: blocks are whole but for the last of a row.
            Weights.ReadBytes(firstElement - skipped, MemoryMarshal.AsBytes(part));
            ReadScales(row * Blocks + column / Q8Blocks.Length, scales[..Q8Blocks.Count(part.Length)]);
            DequantizeBehind(part, scales, skipped, destination[..count]);
            destination = destination[count..];
            firstElement += count;
        }
    }

    private static void DequantizeBehind(ReadOnlySpan<sbyte> weights, ReadOnlySpan<Half> scales, int skipped, Span<float> destination)
    {
        if (skipped > 0)
        {
            int first = Math.Min(Q8Blocks.Length, weights.Length) - skipped;
            Q8Blocks.Dequantize(weights.Slice(skipped, first), scales[..1], destination[..first]);
            weights = weights[(skipped + first)..];
            scales = scales[1..];
            destination = destination[first..];
        }
        Q8Blocks.Dequantize(weights, scales, destination);
    }

    /// <inheritdoc/>
    protected override void CopyTo(long firstElement, Span<byte> destination) => Read(firstElement, MemoryMarshal.Cast<byte, float>(destination));

    private void ReadScales(long first, Span<Half> scales)
    {
        Scales.ReadBytes(first, MemoryMarshal.AsBytes(scales));
        RequireValid(scales);
    }

    /// <exception cref="ModelFileException">A scale is negative or not a finite number.</exception>
    internal void RequireValid(ReadOnlySpan<Half> scales)
    {
        if (!Q8Blocks.AreValid(scales))
        {
            throw new ModelFileException(FilePath, $"tensor {Scales.Name} holds scales that are negative or not finite numbers; the file is damaged: convert it again");
        }
    }
}
