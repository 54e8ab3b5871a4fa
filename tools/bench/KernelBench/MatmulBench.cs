using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>Products of some numbers of rows with one matrix.</summary>
internal static class MatmulBench
{
    // Sums of 1024 products below 1/8: each of the 2048 roundings errs by at most 2^-24 of a partial sum below 16.
    private const float Tolerance = 1e-3f;

    public static void Run(VulkanDevice device, int columns, int depth, IEnumerable<WeightPrecision> precisions, IEnumerable<int> rowCounts, MatmulTiling? tiling = null)
    {
        var source = new RandomMatrix(columns, depth);
        var kernel = new MatmulKernel(device);
        foreach (var precision in precisions)
        {
            using var weights = PackedMatrix.Create(device, "weights", source, precision, tiling: tiling);
            foreach (var rows in rowCounts)
            {
                using var x = Bench.Random(device, rows * depth, out var xValues);
                using var y = device.CreateBuffer("y", (ulong)(rows * columns) * sizeof(float), BufferUse.Texel);
                var time = Measurement.Of(device, recorder => kernel.Record(
                    recorder, weights, x, 0, (uint)depth, y, 0, (uint)columns, rows, MatmulEpilogue.Store));

                var actual = new float[rows * columns];
                device.Readbacks.Read<float>(y, 0, actual);
                var last = rows - 1;
                foreach (var row in new[] { 0, last })
                {
                    var expected = new float[columns];
                    MatmulReference.Apply(xValues.AsSpan(row * depth), depth, source.Values, depth, [], expected, columns, 1, MatmulEpilogue.Store);
                    Bench.Verify($"row {row} of {rows}", actual.AsSpan(row * columns, columns), expected, Tolerance);
                }

                Bench.Print($"matmul {precision} {rows} x {columns} x {depth}{(tiling is null ? "" : $", {tiling.Tiles[0].Tile}")}", (double)rows * columns * depth, time);
            }
        }
    }
}
