namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/add_rows.comp</c>: rows shared by every sequence, added or set.</summary>
internal static class AddRowsReference
{
    /// <summary>
    /// y[q * rowsPerSequence + firstRow + i] (+)= table[tableFirstRow + i % tableRows] for i below
    /// <paramref name="rows"/>.
    /// </summary>
    public static void Apply(
        ReadOnlySpan<float> table, int tableFirstRow, int tableRows, Span<float> y,
        int sequences, int rowsPerSequence, int firstRow, int rows, int width, bool add)
    {
        for (var q = 0; q < sequences; q++)
        {
            for (var i = 0; i < rows; i++)
            {
                var source = table.Slice((tableFirstRow + i % tableRows) * width, width);
                var target = y.Slice((q * rowsPerSequence + firstRow + i) * width, width);
                for (var column = 0; column < width; column++)
                {
                    target[column] = add ? target[column] + source[column] : source[column];
                }
            }
        }
    }
}
