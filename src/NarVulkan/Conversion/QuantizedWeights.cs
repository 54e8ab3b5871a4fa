using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>The weights of a matrix in 8-bit blocks, I8 [N, K].</summary>
internal sealed class QuantizedWeights(WeightTensor source)
    : StoredTensor(source.Name, WeightType.I8, source.Shape, source.ElementCount)
{
    /// <inheritdoc/>
    /// <exception cref="ModelFileException">A value cannot be rounded.</exception>
    public override void Write(ValueChunks.ChunkWriter write)
    {
        QuantizedRows rows = new(source);
        for (long first = 0; first < source.Shape[0]; first += rows.Rows)
        {
            write(MemoryMarshal.AsBytes(rows.Weights.AsSpan(0, rows.Read(first) * rows.Columns)));
        }
    }
}
