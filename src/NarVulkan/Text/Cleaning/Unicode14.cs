using System.Globalization;

namespace NarVulkan.Text.Cleaning;

/// <summary>
/// What the cleaning needs to know of characters, in the version of Unicode of the Python that the published captions were cleaned with: .NET's own tables
/// are newer, and where globalization is invariant it composes nothing.
/// </summary>
internal sealed class Unicode14
{
    private static readonly Lazy<Unicode14> Tables = new(() => new Unicode14());

    private Unicode14()
    {
        Dictionary<string, List<string>> sections = DataFile.Sections("unicode-14.txt");
        Words = new RangeSet(sections["words"]);
        Digits = new RangeSet(sections["digits"]);
        CombiningClasses = ReadClasses(sections["combining"]);
        (Decompositions, Compositions) = ReadCanonical(sections["canonical"]);
        Widths = ReadWidths(sections["width"]);
    }

    public static Unicode14 Data => Tables.Value;

    /// <summary>Letters, numbers and the underscore: <c>\w</c> of Python.</summary>
    public RangeSet Words { get; }

    /// <summary>Decimal digits: <c>\d</c> of Python.</summary>
    public RangeSet Digits { get; }

    /// <summary>Canonical combining classes; 0 for those that are not in it.</summary>
    public IReadOnlyDictionary<int, int> CombiningClasses { get; }

    /// <summary>Canonical decompositions, one step of them, into one or two code points. Hangul is not among them.</summary>
    public IReadOnlyDictionary<int, int[]> Decompositions { get; }

    /// <summary>What pairs are composed to.</summary>
    public IReadOnlyDictionary<(int First, int Second), int> Compositions { get; }

    /// <summary>What the forms of half and full width (U+FF01 to U+FFEF) are of the usual width.</summary>
    public IReadOnlyDictionary<int, int[]> Widths { get; }

    // class:range,range
    private static Dictionary<int, int> ReadClasses(List<string> entries)
    {
        Dictionary<int, int> classes = [];
        foreach (string[] parts in entries.Select(entry => entry.Split(':')))
        {
            int value = int.Parse(parts[0], CultureInfo.InvariantCulture);
            foreach ((int start, int end) in parts[1].Split(',').Select(RangeSet.Parse))
            {
                for (int c = start; c <= end; c++)
                {
                    classes[c] = value;
                }
            }
        }
        return classes;
    }

    // C0=41+300, or with ! where the pair is not composed again.
    private static (Dictionary<int, int[]> Decompositions, Dictionary<(int, int), int> Compositions) ReadCanonical(List<string> entries)
    {
        Dictionary<int, int[]> decompositions = [];
        Dictionary<(int, int), int> compositions = [];
        foreach (string entry in entries)
        {
            int sign = entry.AsSpan().IndexOfAny('=', '!');
            int whole = RangeSet.Hexadecimal(entry.AsSpan(0, sign));
            int[] parts = [.. entry[(sign + 1)..].Split('+').Select(part => RangeSet.Hexadecimal(part))];
            decompositions.Add(whole, parts);
            if (entry[sign] == '=')
            {
                compositions.Add((parts[0], parts[1]), whole);
            }
        }
        return (decompositions, compositions);
    }

    // range:first target, or one:several
    private static Dictionary<int, int[]> ReadWidths(List<string> entries)
    {
        Dictionary<int, int[]> widths = [];
        foreach (string[] parts in entries.Select(entry => entry.Split(':')))
        {
            (int start, int end) = RangeSet.Parse(parts[0]);
            int[] target = [.. parts[1].Split('+').Select(part => RangeSet.Hexadecimal(part))];
            for (int c = start; c <= end; c++)
            {
                widths.Add(c, start == end ? target : [target[0] + c - start]);
            }
        }
        return widths;
    }
}
