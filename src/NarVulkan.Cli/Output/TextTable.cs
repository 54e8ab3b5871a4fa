using System.Text;

namespace NarVulkan.Cli.Output;

/// <summary>Aligned columns of plain text, readable in a terminal and in a pipe. Cells are made visible and of bounded length: many are names from files.</summary>
internal static class TextTable
{
    private const string Indent = "  ";
    private const string Separator = "  ";
    private const int LongestCell = 1000;

    /// <summary>Names and values, one pair a line, indented.</summary>
    public static string Pairs(IReadOnlyList<KeyValuePair<string, string>> rows) =>
        Columns(rows.Select(row => new[] { row.Key, row.Value }).ToList());

    /// <summary>Rows of equally many cells; each column as wide as its widest cell, lines end where their text does.</summary>
    /// <param name="rows">The cells.</param>
    /// <param name="longest">Characters of a cell in the last column; those before it, which all lines make room for, have fewer.</param>
    public static string Columns(IReadOnlyList<string[]> rows, int longest = LongestCell)
    {
        if (rows.Count == 0)
        {
            return "";
        }
        int last = rows[0].Length - 1;
        rows = [.. rows.Select(row => row.Select((cell, column) => VisibleText.Of(cell, column == last ? longest : VisibleText.LongestName)).ToArray())];
        int[] widths = Enumerable.Range(0, last).Select(column => rows.Max(row => row[column].Length)).Append(0).ToArray();
        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            string line = string.Join(Separator, row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(Indent).AppendLine(line.TrimEnd());
        }
        return text.ToString();
    }
}
