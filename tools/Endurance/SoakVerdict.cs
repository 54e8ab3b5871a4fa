using System.Globalization;

namespace NarVulkan.Endurance;

/// <summary>
/// What a run shows: the second quarter, by when all sizes have come up and caches are full, is held against the last one.
/// </summary>
/// <param name="DeviceGrowth">Bytes that the most device memory in use has grown by.</param>
/// <param name="ResidentGrowth">Bytes that the median of the process's own memory has grown by.</param>
/// <param name="HandleGrowth">Open files and the like that have become more, by their medians.</param>
/// <param name="ThreadGrowth">Threads that have become more, by their medians.</param>
/// <param name="Slowdown">Processor time of a sample, the last quarter's median by that of the second.</param>
/// <param name="SlowdownOfTheClock">The same of the clock on the wall.</param>
/// <param name="WithRecords">The validation layer was there, which keeps records of what came and went: the process's memory is its memory, too, and a run without it must judge that.</param>
internal sealed record SoakVerdict(long DeviceGrowth, long ResidentGrowth, double HandleGrowth, double ThreadGrowth, double Slowdown, double SlowdownOfTheClock, bool WithRecords)
{
    /// <summary>Garbage that waits to be collected, and pieces that the C library keeps, move the medians by this much at most (3.3 MiB over 2,000 generations).</summary>
    private const long Noise = 12 << 20;

    /// <summary>Processor time of the same work goes up by as much where other work takes caches and half of a core.</summary>
    private const double MostSlowdown = 1.5;

    // The runtime takes and gives back a worker thread as it likes.
    private const double MostThreads = 3;

    /// <summary>Whether memory and time stay where they are. The clock on the wall is for a person to judge: the machine may have had other work.</summary>
    public bool IsFlat => DeviceGrowth <= 0 && (WithRecords || ResidentGrowth <= Noise) && HandleGrowth < 1 && ThreadGrowth < MostThreads && Slowdown < MostSlowdown;

    /// <param name="rows">One for each generation, at least four.</param>
    /// <param name="withRecords">Whether the validation layer was there.</param>
    public static SoakVerdict Of(IReadOnlyList<SoakRow> rows, bool withRecords = false)
    {
        int quarter = rows.Count / 4;
        ArgumentOutOfRangeException.ThrowIfLessThan(quarter, 1);
        SoakRow[] second = [.. rows.Skip(quarter).Take(quarter)], last = [.. rows.Skip(rows.Count - quarter)];
        return new SoakVerdict(
            last.Max(row => row.DeviceBytes) - rows.Take(2 * quarter).Max(row => row.DeviceBytes),
            (long)(Median(last, row => row.Memory.ResidentBytes) - Median(second, row => row.Memory.ResidentBytes)),
            Median(last, row => row.Memory.Handles) - Median(second, row => row.Memory.Handles),
            Median(last, row => row.Memory.Threads) - Median(second, row => row.Memory.Threads),
            Median(last, row => row.ProcessorSeconds / row.Samples) / Median(second, row => row.ProcessorSeconds / row.Samples),
            Median(last, row => row.Seconds / row.Samples) / Median(second, row => row.Seconds / row.Samples),
            withRecords);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsFlat ? "flat" : "GROWS")}: device {DeviceGrowth / 1048576.0:+0.0;-0.0;0} MiB, process {ResidentGrowth / 1048576.0:+0.0;-0.0;0} MiB{(WithRecords ? " (not judged: the validation layer's is in it)" : "")}, handles {HandleGrowth:+0;-0;0}, threads {ThreadGrowth:+0;-0;0}, processor time of a sample x{Slowdown:0.00}, on the clock x{SlowdownOfTheClock:0.00}");

    private static double Median(IEnumerable<SoakRow> rows, Func<SoakRow, double> value)
    {
        double[] sorted = [.. rows.Select(value).Order()];
        return sorted[sorted.Length / 2];
    }
}
