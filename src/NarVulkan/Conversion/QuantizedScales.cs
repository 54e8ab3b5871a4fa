using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using NarVulkan.Quantization;

namespace NarVulkan.Conversion;

/// <summary>The scales of a matrix in 8-bit blocks, F16 [N, ceil(K / 32)].</summary>
internal sealed class QuantizedScales(WeightTensor source)
    : StoredTensor(source.Name + Q8Tensors.ScalesSuffix, WeightType.F16, [source.Shape[0], Q8Blocks.Count((int)source.Shape[1])], source.Shape[0] * Q8Blocks.Count((int)source.Shape[1]))
{
    /// <inheritdoc/>
    /// <exception cref="ModelFileException">A value cannot be rounded.</exception>
    public override void Write(ValueChunks.ChunkWriter write)
    {
        QuantizedRows rows = new(source);
        for (long first = 0; first < source.Shape[0]; first += rows.Rows)
        {
            write(MemoryMarshal.AsBytes(rows.Scales.AsSpan(0, rows.Read(first) * Q8Blocks.Count(rows.Columns))));
        }
    }
}
