using System.Globalization;

namespace NarVulkan.Text.Cleaning;

/// <summary>A set of code points, held as ranges.</summary>
internal sealed class RangeSet
{
    private readonly int[] starts;
    private readonly int[] ends;
    private readonly bool[] ascii = new bool[128];

    /// <param name="ranges">Hexadecimal code points and ranges, <c>41-5A 5F</c>, in order.</param>
    public RangeSet(IEnumerable<string> ranges)
    {
        (int Start, int End)[] parsed = [.. ranges.Select(Parse)];
        starts = [.. parsed.Select(range => range.Start)];
        ends = [.. parsed.Select(range => range.End)];
        for (int c = 0; c < ascii.Length; c++)
        {
            ascii[c] = Find(c);
        }
    }

    public bool Contains(int codePoint) => (uint)codePoint < ascii.Length ? ascii[codePoint] : Find(codePoint);

    /// <summary>The first and last code point of <c>41-5A</c> or <c>5F</c>.</summary>
    public static (int Start, int End) Parse(string range)
    {
        int dash = range.IndexOf('-');
        int start = Hexadecimal(dash < 0 ? range : range.AsSpan(0, dash));
        return (start, dash < 0 ? start : Hexadecimal(range.AsSpan(dash + 1)));
    }

    public static int Hexadecimal(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private bool Find(int codePoint)
    {
        int at = Array.BinarySearch(starts, codePoint);
        at = at < 0 ? ~at - 1 : at;
        return at >= 0 && codePoint <= ends[at];
    }
}
