using System.Globalization;
using System.Text.Json;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Comparison;

/// <summary>What a comparison found, as a table and as JSON.</summary>
internal sealed class CompareText(ComparedSize size, IReadOnlyList<ComparedModel> rows, NarSampling sampling, CompareSettings settings, NarDeviceInfo device)
{
    private static readonly string[] Head = ["schedule", "steps", "seconds", "tokens/s", "speed-up", "parameters"];

    public void Write(TextWriter output)
    {
        output.WriteLine(Invariant($"{size.Name}: width {size.Width}, {size.Blocks} blocks, {size.Heads} heads; {string.Join('x', size.Grid)} tokens of {size.Vocabulary}; {ModelJson.PrecisionName(rows[0].Info.Precision)}"));
        output.WriteLine(Invariant($"{device.Name}; {settings.Count} {(settings.Count == 1 ? "sample" : "samples")}, {Guidance()}; median of {settings.Runs} runs, from the condition to the last token"));
        List<string[]> cells = [Head, .. rows.Select(Cells)];
        int[] widths = Enumerable.Range(0, Head.Length).Select(column => cells.Max(row => row[column].TrimEnd('*').Length)).ToArray();
        output.Write(TextTable.Columns(cells.Select(row => row.Select((cell, column) => column == 0 ? cell : Right(cell, widths[column])).ToArray()).ToList()));
        foreach (ComparedModel row in rows.Where(HasExtraBlocks))
        {
            int blocks = row.Info.Transformer!.ExtraHeadBlocks;
            output.WriteLine(Invariant(
                $"* {row.Schedule.Name} has the {blocks} further {(blocks == 1 ? "block" : "blocks")} for its heads that it was published with, on top of the {size.Blocks}: {row.Info.ParameterCount - rows[0].Info.ParameterCount:N0} parameters more than {rows[0].Schedule.Name}"));
        }
        output.WriteLine(rows.FirstOrDefault(row => !row.Random) is { } own
            ? $"{own.Schedule.Name} runs the weights of {own.Info.Name}, the others random ones of the same size"
            : "all weights are random: the times are those of real ones, the tokens are noise");
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("size");
        json.WriteString("name", size.Name);
        json.WriteNumber("width", size.Width);
        json.WriteNumber("blocks", size.Blocks);
        json.WriteNumber("heads", size.Heads);
        json.WriteNumbers("grid", size.Grid.Select(side => (long)side));
        json.WriteNumber("vocabulary", size.Vocabulary);
        json.WriteString("precision", ModelJson.PrecisionName(rows[0].Info.Precision));
        json.WriteEndObject();
        json.WriteNumber("count", settings.Count);
        json.WriteNumber("seed", settings.Seed);
        json.WriteSampling(sampling);
        json.WriteStartArray("schedules");
        foreach (ComparedModel row in rows)
        {
            json.WriteStartObject();
            json.WriteString("schedule", row.Schedule.Name);
            json.WriteString("architecture", row.Schedule.Architecture);
            json.WriteString("weights", row.Random ? "random" : row.Info.Name);
            json.WriteNumber("parameters", row.Info.ParameterCount);
            json.WriteNumber("extraHeadBlocks", row.Info.Transformer?.ExtraHeadBlocks ?? 0);
            json.WriteNumber("steps", row.Info.Steps);
            json.WriteNumber("seconds", Math.Round(row.Median, 6));
            json.WriteNumber("tokensPerSecond", Math.Round(Speed(row), 1));
            json.WriteNumber("speedUp", Math.Round(rows[0].Median / row.Median, 3));
            json.WriteStartArray("runs");
            foreach (double run in row.Seconds)
            {
                json.WriteNumberValue(Math.Round(run, 6));
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private string[] Cells(ComparedModel row) =>
    [
        row.Schedule.Name,
        Invariant($"{row.Info.Steps}"),
        Invariant($"{row.Median:0.000}"),
        Invariant($"{Speed(row):N0}"),
        Invariant($"{rows[0].Median / row.Median:0.00}x"),
        Invariant($"{row.Info.ParameterCount:N0}") + (HasExtraBlocks(row) ? "*" : ""),
    ];

    private double Speed(ComparedModel row) => (double)settings.Count * row.Info.TokenCount / row.Median;

    private string Guidance() => sampling.GuidanceScale > 1 ? Invariant($"cfg {sampling.GuidanceScale}") : "no guidance";

    private bool HasExtraBlocks(ComparedModel row) => row.Info.Transformer?.ExtraHeadBlocks > 0;

    // A footnote's mark hangs over on the right.
    private static string Right(string cell, int width) => cell.PadLeft(cell.EndsWith('*') ? width + 1 : width);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
