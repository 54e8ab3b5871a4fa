using System.Diagnostics;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels.Tuning;

/// <summary>
/// Times the forms of the product on this device with matrices as they will be used, and chooses. A form only counts if it
/// gives the bits of the form that is used untuned, so a choice never changes a result, whether made or not.
/// </summary>
internal sealed class MatmulTuner(VulkanDevice device, MatmulKernel kernel)
{
    // Matrices of one shape that are read in turn, so that none is timed from a cache that the model's other weights would have filled.
    private const int MatricesInTurn = 16;
    private const int Runs = 3;

    // A form that is this much slower in its first run is not timed further.
    private const double Hopeless = 1.5;

    private const string Region = "product";

    /// <summary>
    /// Chooses for every shape among <paramref name="matrices"/> and every bucket of rows that <paramref name="known"/> lacks, until
    /// the budget is spent: buckets by ascending rows, the shapes of most weights first.
    /// </summary>
    /// <param name="matrices">On the device.</param>
    /// <param name="buckets">Some of <see cref="MatmulShape.RowBuckets"/>.</param>
    /// <param name="known">What is chosen already.</param>
    /// <param name="budget">Looked at before every form is compiled and timed.</param>
    /// <param name="report">Called with every form that was tried; may be null.</param>
    /// <returns>What is known with what was chosen; only whole buckets.</returns>
    /// <exception cref="DeviceException">There is no memory for the operands.</exception>
    public MatmulChoices Tune(
        IEnumerable<PackedMatrix> matrices, IReadOnlyList<int> buckets, MatmulChoices known, TimeSpan budget, Action<MatmulTrial>? report = null)
    {
        var clock = Stopwatch.StartNew();
        var shapes = matrices.GroupBy(MatmulShape.Of).OrderByDescending(group => group.Sum(matrix => (long)matrix.Bytes)).ToList();
        var chosen = new List<MatmulChoice>();
        foreach (var rows in buckets.Order())
        {
            foreach (var group in shapes.Where(group => !known.Has(group.Key, rows)))
            {
                var layout = group.First().Layout;
                using var bench = new MatmulTrialBench(device, kernel, [.. group.Where(matrix => matrix.Layout == layout).Take(MatricesInTurn)], rows);
                if (Choose(bench, group.Key, rows, () => clock.Elapsed < budget, report) is not { } choice)
                {
                    return known.With(chosen);
                }

                chosen.Add(choice);
            }
        }

        return known.With(chosen);
    }

    /// <summary>The best form; null where the time was up before all were tried.</summary>
    private MatmulChoice? Choose(MatmulTrialBench bench, MatmulShape shape, int rows, Func<bool> timeLeft, Action<MatmulTrial>? report)
    {
        float[]? expected = null;
        MatmulChoice? best = null;
        foreach (var tile in MatmulCandidates.For(device.Profile, bench.Tiling, rows, shape.Pairs))
        {
            if (!timeLeft())
            {
                return null;
            }

            MatmulTrial trial;
            try
            {
                trial = Try(bench, shape, rows, tile, ref expected, best?.Microseconds ?? double.MaxValue);
            }
            catch (DeviceException e)
            {
                // A form that this driver cannot compile or run is one that need not be had.
                trial = new MatmulTrial(shape, rows, tile, double.NaN, e.Message);
            }

            report?.Invoke(trial);
            if (trial.Problem is null && trial.Microseconds < (best?.Microseconds ?? double.MaxValue))
            {
                best = new MatmulChoice(shape, rows, tile, Math.Round(trial.Microseconds, 3));
            }
        }

        return best;
    }

    private static MatmulTrial Try(MatmulTrialBench bench, MatmulShape shape, int rows, MatmulTile tile, ref float[]? expected, double best)
    {
        using var commands = bench.Record(tile, Region);
        // The first run compiled and warmed up; its result is what is compared.
        commands.Run();
        var result = bench.Result();
        expected ??= result;
        if (!result.AsSpan().SequenceEqual(expected))
        {
            return new MatmulTrial(shape, rows, tile, double.NaN, "it does not give the bits of the untuned form");
        }

        var least = double.MaxValue;
        for (var run = 0; run < Runs && least < best * Hopeless || run == 0; run++)
        {
            least = Math.Min(least, bench.Time(commands, Region));
        }

        return new MatmulTrial(shape, rows, tile, least, null);
    }
}
