using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>A tensor that lies in no file: its elements are computed when they are read.</summary>
internal sealed class RandomTensor : WeightTensor
{
    private readonly RandomValues? values;

    /// <param name="source">What stands for the file's path in messages.</param>
    /// <param name="shape">Name, sizes and spread.</param>
    /// <param name="seed">Seed of the model; every tensor has numbers of its own.</param>
    public RandomTensor(string source, RandomTensorShape shape, ulong seed)
        : base(shape.Name, WeightType.F32, shape.Sizes, TensorLayout.CountElements(shape.Sizes.AsSpan()) ?? throw new ArgumentException($"tensor {shape.Name} is too large", nameof(shape)))
    {
        FilePath = source;
        values = shape.Deviation is { } deviation ? new RandomValues(seed, shape.Name, deviation) : null;
    }

    /// <inheritdoc/>
    public override string FilePath { get; }

    /// <inheritdoc/>
    protected override void Read(long firstElement, Span<float> destination)
    {
        if (values is { } random)
        {
            random.Fill(firstElement, destination);
        }
        else
        {
            destination.Fill(1);
        }
    }

    /// <inheritdoc/>
    protected override void CopyTo(long firstElement, Span<byte> destination) => Read(firstElement, MemoryMarshal.Cast<byte, float>(destination));
}
