namespace NarVulkan.Reference;

/// <summary>Twin of EPILOGUE_ROTATE in <c>shaders/shared/matmul_epilogue.glsl</c>: rotary position embedding (Su et al., 2021), interleaved pairs.</summary>
internal static class RopeReference
{
    /// <summary>Rotates the q and k parts of packed rows in place.</summary>
    /// <param name="qkv">[sequences * rowsPerSequence, rowStride]: q, k, v of heads * headSize each.</param>
    /// <param name="cosSin">[slots, headSize / 2, 2]; row i of a sequence takes slot slotOffset + i.</param>
    public static void Rotate(
        Span<float> qkv, int rowStride, ReadOnlySpan<float> cosSin, int slotOffset,
        int sequences, int rowsPerSequence, int heads, int headSize)
    {
        for (var row = 0; row < sequences * rowsPerSequence; row++)
        {
            var angles = cosSin.Slice((slotOffset + row % rowsPerSequence) * headSize, headSize);
            for (var head = 0; head < 2 * heads; head++)
            {
                var vector = qkv.Slice(row * rowStride + head * headSize, headSize);
                for (var pair = 0; pair < headSize; pair += 2)
                {
                    var (cosine, sine) = (angles[pair], angles[pair + 1]);
                    var (a, b) = (vector[pair], vector[pair + 1]);
                    vector[pair] = a * cosine - b * sine;
                    vector[pair + 1] = a * sine + b * cosine;
                }
            }
        }
    }
}
