using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Products of some numbers of rows with one matrix, packed once for all of them.</summary>
internal sealed record ProductCases(string Name, int Columns, int Depth, MatmulEpilogue Epilogue, WeightPrecision Precision)
{
    /// <summary>The plain form with this tiling; null: the device's own form for the precision.</summary>
    public MatmulTiling? Tiling { get; init; }

    // Columns that the twin computes of the first and the last row, spread over the matrix with both ends; and of every row, other ones each.
    private const int CheckedColumns = 128;
    private const int CheckedColumnsOfEveryRow = 8;

    // Weights are below 1/8 and values below 1: each of the two roundings of a step errs by at most 2^-24 of a partial sum below 16.
    private const float TolerancePerStep = 1e-6f;

    // SwiGLU multiplies two sums, of which either may be some units large.
    private const float SwiGluFactor = 8;

    private bool IsSwiGlu => Epilogue == MatmulEpilogue.SwiGlu;

    /// <summary>A case for each number of rows; its buffers live until the next one is asked for.</summary>
    public IEnumerable<KernelCase> For(VulkanDevice device, MatmulKernel kernel, IEnumerable<(int Rows, int Calls)> rowCounts)
    {
        var source = new BenchMatrix(IsSwiGlu ? 2 * Columns : Columns, Depth);
        using var weights = PackedMatrix.Create(device, "bench.weights", source, Precision, IsSwiGlu ? MatrixLayout.GateUp : MatrixLayout.Plain, Tiling);
        foreach (var (rows, calls) in rowCounts)
        {
            using var buffers = new BenchBuffers(device);
            var x = buffers.Random("x", (long)rows * Depth, out float[] values);
            var y = buffers.Random("y", (long)rows * Columns, out float[] before);
            yield return new KernelCase
            {
                Kernel = Name,
                Shape = FormattableString.Invariant($"{rows} x {source.Rows} x {Depth}"),
                Calls = calls,
                MultiplyAdds = (double)rows * source.Rows * Depth,
                Bytes = (double)weights.Bytes + sizeof(float) * ((double)rows * Depth + (double)rows * Columns * (Epilogue == MatmulEpilogue.AddTo ? 2 : 1)),
                Record = recorder => kernel.Record(recorder, weights, x, 0, (uint)Depth, y, 0, (uint)Columns, rows, Epilogue),
                Verify = () => Verify(source, values, before, buffers.Read<float>(y), rows),
            };
        }
    }

    private void Verify(BenchMatrix source, float[] x, float[] before, float[] actual, int rows)
    {
        int count = Math.Min(CheckedColumns, Columns);
        int[] spread = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (Columns - 1) / Math.Max(1, count - 1)))];
        Verify(0, spread);
        Verify(rows - 1, spread);
        for (int row = 0; row < rows; row++)
        {
            // Over the rows every column has its turn.
            Verify(row, [.. Enumerable.Range(0, CheckedColumnsOfEveryRow).Select(i => (int)((row + (long)i * Columns / CheckedColumnsOfEveryRow) % Columns))]);
        }

        void Verify(int row, int[] columns)
        {
            float[] weights = source.Read(IsSwiGlu ? [.. columns, .. columns.Select(column => column + Columns)] : columns);
            float[] expected = [.. columns.Select(column => before[row * Columns + column])];
            MatmulReference.Apply(x.AsSpan(row * Depth), Depth, weights, Depth, [], expected, columns.Length, 1, Epilogue);
            float[] found = [.. columns.Select(column => actual[row * Columns + column])];
            Verification.Close($"{Name}, row {row} of {rows}", expected, found, TolerancePerStep * Depth * (IsSwiGlu ? SwiGluFactor : 1));
        }
    }
}
