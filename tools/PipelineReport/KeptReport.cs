using System.Globalization;

namespace PipelineReport;

/// <summary>What was kept of an earlier report of the same chip (<c>tools/bench/PIPELINES.md</c>), to compare one with.</summary>
/// <param name="Driver">Driver and version that compiled it.</param>
/// <param name="Rows">Cells of each pipeline by the names of their columns.</param>
internal sealed record KeptReport(string Driver, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Rows)
{
    private const string Heading = "### ", FirstColumn = "pipeline";

    /// <summary>Columns that say what the compiler made of a shader; who used it first is no property of it.</summary>
    private static readonly string[] Compared = ["lanes", "VGPRs", "SGPRs", "spilled", "scratch", "LDS", "waves/SIMD", "instructions", "code"];

    private static readonly string[] OfSpills = ["spilled", "scratch"];

    /// <summary>The part of a device; null where the text has none.</summary>
    public static KeptReport? Read(TextReader text, string device)
    {
        string? driver = null;
        string[] columns = [];
        var rows = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        for (string? line = text.ReadLine(); line is not null; line = text.ReadLine())
        {
            if (line.StartsWith(Heading, StringComparison.Ordinal))
            {
                if (driver is not null)
                {
                    break;
                }
                driver = line.StartsWith($"{Heading}{device}, ", StringComparison.Ordinal) ? line[(Heading.Length + device.Length + 2)..] : null;
            }
            else if (driver is not null && line.StartsWith('|') && !line.StartsWith("|--", StringComparison.Ordinal))
            {
                string[] cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
                if (cells[0] == FirstColumn)
                {
                    columns = cells;
                }
                else
                {
                    rows[cells[0]] = columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second);
                }
            }
        }
        return driver is null ? null : new KeptReport(driver, rows);
    }

    /// <summary>What is not as it was kept, a line each, spills that are new first.</summary>
    /// <param name="now">The report of today.</param>
    /// <param name="newSpills">How many of the lines are of spills that were not kept.</param>
    public IReadOnlyList<string> Differences(KeptReport now, out int newSpills)
    {
        List<string> spills = [], others = [];
        foreach (var (name, row) in now.Rows)
        {
            var kept = Rows.GetValueOrDefault(name);
            if (OfSpills.Any(column => Number(row, column) > (kept is null ? 0 : Number(kept, column))))
            {
                spills.Add($"SPILLS {name}: {string.Join(", ", OfSpills.Select(column => $"{column} {row[column]}"))}");
            }
            else if (kept is null)
            {
                others.Add($"new {name}: {row["VGPRs"]} VGPRs, {row["waves/SIMD"]} waves");
            }
            else if (Compared.Where(column => row[column] != kept.GetValueOrDefault(column)).ToList() is { Count: > 0 } changed)
            {
                others.Add($"changed {name}: {string.Join(", ", changed.Select(column => $"{column} {kept.GetValueOrDefault(column)} -> {row[column]}"))}");
            }
        }
        others.AddRange(Rows.Keys.Where(name => !now.Rows.ContainsKey(name)).Select(name => $"gone {name}"));
        newSpills = spills.Count;
        return [.. spills, .. others];
    }

    private static double Number(IReadOnlyDictionary<string, string> row, string column) =>
        double.TryParse(row.GetValueOrDefault(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0;
}
