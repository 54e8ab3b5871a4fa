using System.Text;

namespace NarVulkan.Cli.Output;

/// <summary>Aligned columns of plain text, readable in a terminal and in a pipe.</summary>
internal static class TextTable
{
    private const string Indent = "  ";
    private const string Separator = "  ";

    /// <summary>Names and values, one pair a line, indented.</summary>
    public static string Pairs(IReadOnlyList<KeyValuePair<string, string>> rows) =>
        Columns(rows.Select(row => new[] { row.Key, row.Value }).ToList());

    /// <summary>Rows of equally many cells; each column as wide as its widest cell, lines end where their text does.</summary>
    public static string Columns(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
        {
            return "";
        }
        int[] widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            string line = string.Join(Separator, row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(Indent).AppendLine(line.TrimEnd());
        }
        return text.ToString();
    }
}
