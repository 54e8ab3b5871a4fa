namespace NarVulkan.Reference;

/// <summary>Twin of EPILOGUE_CACHE in <c>shaders/shared/matmul_epilogue.glsl</c>: keys and values of new rows into the KV cache.</summary>
internal static class CacheAppendReference
{
    /// <summary>Copies row i of sequence q to slot firstSlot + i of cache sequence q * sequenceStride.</summary>
    /// <param name="qkv">[sequences * rowsPerSequence, rowStride]: q, k, v of heads * headSize each.</param>
    /// <param name="keys">[sequences * sequenceStride, heads, capacity, headSize]</param>
    /// <param name="values">Same shape as <paramref name="keys"/>.</param>
    public static void Append(
        ReadOnlySpan<float> qkv, int rowStride, Span<float> keys, Span<float> values, int sequences,
        int sequenceStride, int rowsPerSequence, int heads, int headSize, int capacity, int firstSlot)
    {
        var width = heads * headSize;
        for (var q = 0; q < sequences; q++)
        {
            for (var i = 0; i < rowsPerSequence; i++)
            {
                var row = qkv.Slice((q * rowsPerSequence + i) * rowStride, 3 * width);
                for (var head = 0; head < heads; head++)
                {
                    var slot = ((q * sequenceStride * heads + head) * capacity + firstSlot + i) * headSize;
                    row.Slice(width + head * headSize, headSize).CopyTo(keys[slot..]);
                    row.Slice(2 * width + head * headSize, headSize).CopyTo(values[slot..]);
                }
            }
        }
    }
}
