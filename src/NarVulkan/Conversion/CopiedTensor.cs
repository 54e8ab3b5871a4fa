using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>A tensor as it is, bit for bit; only strides go.</summary>
/// <param name="source">The tensor.</param>
/// <param name="check">Refuses values that it must not have, piece by piece; null: it may have any.</param>
internal sealed class CopiedTensor(WeightTensor source, CopiedTensor.PieceCheck? check = null) : StoredTensor(source.Name, source.Type, source.Shape, source.ElementCount)
{
    private const int ChunkElements = 1 << 20;

    /// <summary>Throws where some of the tensor's bytes must not be.</summary>
    public delegate void PieceCheck(ReadOnlySpan<byte> bytes);

    /// <inheritdoc/>
    public override void Write(ValueChunks.ChunkWriter write)
    {
        byte[] bytes = new byte[Math.Min(ChunkElements, ElementCount) * Type.ByteSize()];
        for (long first = 0; first < ElementCount;)
        {
            int count = (int)Math.Min(ChunkElements, ElementCount - first);
            Span<byte> piece = bytes.AsSpan(0, count * Type.ByteSize());
            source.ReadBytes(first, piece);
            check?.Invoke(piece);
            NotFinite += Type.IsFloat() ? FiniteNumbers.CountOthers(Type, piece) : 0;
            write(piece);
            source.Release();
            first += count;
        }
    }
}
