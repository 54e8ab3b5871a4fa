using System.Globalization;

namespace NarVulkan.Endurance;

/// <summary>
/// What a run shows: the second quarter, by when all sizes have come up and caches are full, is held against the last one.
/// </summary>
/// <param name="DeviceGrowth">Bytes that the most device memory in use has grown by.</param>
/// <param name="ResidentGrowth">Bytes that the median of the process's own memory has grown by.</param>
/// <param name="HandleGrowth">Open files and the like that have become more, by their medians.</param>
/// <param name="Slowdown">Time of a sample, the last quarter's median by that of the second.</param>
/// <param name="WithRecords">The validation layer was there, which keeps records of what came and went: the process's memory is its memory, too, and a run without it must judge that.</param>
internal sealed record SoakVerdict(long DeviceGrowth, long ResidentGrowth, double HandleGrowth, double Slowdown, bool WithRecords)
{
    /// <summary>Garbage that waits to be collected, and pieces that the C library keeps, go up and down by this much.</summary>
    private const long Noise = 24 << 20;

    /// <summary>Whether memory stays where it is. Time is for a person to judge: the machine may have had other work.</summary>
    public bool IsFlat => DeviceGrowth <= 0 && (WithRecords || ResidentGrowth <= Noise) && HandleGrowth < 1;

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
            Median(last, row => row.Seconds / row.Samples) / Median(second, row => row.Seconds / row.Samples),
            withRecords);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsFlat ? "flat" : "GROWS")}: device {DeviceGrowth / 1048576.0:+0.0;-0.0;0} MiB, process {ResidentGrowth / 1048576.0:+0.0;-0.0;0} MiB{(WithRecords ? " (not judged: the validation layer's is in it)" : "")}, handles {HandleGrowth:+0;-0;0}, time of a sample x{Slowdown:0.00}");

    private static double Median(IEnumerable<SoakRow> rows, Func<SoakRow, double> value)
    {
        double[] sorted = [.. rows.Select(value).Order()];
        return sorted[sorted.Length / 2];
    }
}
