using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>A tensor as it is, bit for bit; only strides go.</summary>
internal sealed class CopiedTensor(WeightTensor source) : StoredTensor(source.Name, source.Type, source.Shape, source.ElementCount)
{
    private const int ChunkElements = 1 << 20;

    /// <inheritdoc/>
    public override void Write(ValueChunks.ChunkWriter write)
    {
        byte[] bytes = new byte[Math.Min(ChunkElements, ElementCount) * Type.ByteSize()];
        for (long first = 0; first < ElementCount;)
        {
            int count = (int)Math.Min(ChunkElements, ElementCount - first);
            Span<byte> piece = bytes.AsSpan(0, count * Type.ByteSize());
            source.ReadBytes(first, piece);
            write(piece);
            source.Release();
            first += count;
        }
    }
}
