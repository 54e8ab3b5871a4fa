namespace NarVulkan.Kernels;

/// <summary>
/// The rows that a norm reads: rows XFirstRow ... XFirstRow + RowsPerSequence - 1 of each sequence's
/// XRowsPerSequence. It writes them densely.
/// </summary>
internal readonly record struct RowSlice(int Sequences, int RowsPerSequence, int XRowsPerSequence, int XFirstRow)
{
    /// <summary>Every row of a dense matrix.</summary>
    public static RowSlice All(int rows) => new(1, rows, rows, 0);
}
