namespace NarVulkan.Cli.Models;

/// <summary>Orders names so that runs of digits count as numbers: layers.2 comes before layers.10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x;
        ReadOnlySpan<char> b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int digitsOfA = Digits(a);
            int digitsOfB = Digits(b);
            int order = digitsOfA > 0 && digitsOfB > 0 ? CompareNumbers(a[..digitsOfA], b[..digitsOfB]) : a[0].CompareTo(b[0]);
            if (order != 0)
            {
                return order;
            }
            a = a[Math.Max(1, digitsOfA)..];
            b = b[Math.Max(1, digitsOfB)..];
        }
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int other = text.IndexOfAnyExceptInRange('0', '9');
        return other < 0 ? text.Length : other;
    }

    // By length and then by digit: a name may hold more digits than any integer.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }
}
