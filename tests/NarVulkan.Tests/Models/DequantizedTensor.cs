using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using NarVulkan.Quantization;

namespace NarVulkan.Tests.Models;

/// <summary>A tensor in float32 with the values that it has on a device in 8 bits: large matrices those that their blocks stand for, other matrices those of float16.</summary>
internal sealed class DequantizedTensor(WeightTensor source) : StoredTensor(source.Name, WeightType.F32, source.Shape, source.ElementCount)
{
    /// <inheritdoc/>
    public override void Write(ValueChunks.ChunkWriter write)
    {
        float[] values = source.ToFloats();
        if (source.IsQ8Matrix())
        {
            int depth = (int)source.Shape[1];
            var weights = new sbyte[depth];
            var scales = new Half[Q8Blocks.Count(depth)];
            for (int row = 0; row < values.Length; row += depth)
            {
                Q8Blocks.Quantize(values.AsSpan(row, depth), weights, scales);
                Q8Blocks.Dequantize(weights, scales, values.AsSpan(row, depth));
            }
        }
        else if (source.IsMatrix())
        {
            values = Array.ConvertAll(values, value => (float)(Half)value);
        }
        write(MemoryMarshal.AsBytes<float>(values));
    }
}
