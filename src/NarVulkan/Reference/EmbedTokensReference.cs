namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/embed_tokens.comp</c>: embedding gather plus learned position embedding.</summary>
internal static class EmbedTokensReference
{
    /// <summary>
    /// output[q * n + firstRow + i] = table[id] + positionEmbedding[positions[positionsOffset + i]] with
    /// id = ids[(q / idsDivisor) * idsStride + idsOffset + i]. An id outside the table counts as a row of zeros;
    /// a position outside its table adds nothing.
    /// </summary>
    /// <param name="table">[rows, width]</param>
    /// <param name="positionEmbedding">[positions, width], or empty for none.</param>
    /// <param name="output">[sequences * rowsPerSequence, width]</param>
    public static void Gather(
        ReadOnlySpan<float> table, ReadOnlySpan<int> ids, int idsOffset, int idsStride, int idsDivisor,
        ReadOnlySpan<float> positionEmbedding, ReadOnlySpan<int> positions, int positionsOffset,
        Span<float> output, int sequences, int rowsPerSequence, int firstRow, int rowCount, int width)
    {
        for (var q = 0; q < sequences; q++)
        {
            for (var i = 0; i < rowCount; i++)
            {
                var target = output.Slice((q * rowsPerSequence + firstRow + i) * width, width);
                var id = ids[q / idsDivisor * idsStride + idsOffset + i];
                if (id >= 0 && id < table.Length / width)
                {
                    table.Slice(id * width, width).CopyTo(target);
                }
                else
                {
                    target.Clear();
                }

                if (!positionEmbedding.IsEmpty)
                {
                    AddPosition(positionEmbedding, positions[positionsOffset + i], target);
                }
            }
        }
    }

    private static void AddPosition(ReadOnlySpan<float> positionEmbedding, int position, Span<float> target)
    {
        if (position < 0 || position >= positionEmbedding.Length / target.Length)
        {
            return;
        }

        for (var column = 0; column < target.Length; column++)
        {
            target[column] += positionEmbedding[position * target.Length + column];
        }
    }
}
