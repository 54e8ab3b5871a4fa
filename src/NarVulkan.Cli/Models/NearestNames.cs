namespace NarVulkan.Cli.Models;

/// <summary>Suggestions for a mistyped name.</summary>
internal static class NearestNames
{
    private const int MostSuggestions = 3;

    /// <summary>
    /// The names most like <paramref name="typed"/>, best first: by edit distance up to a third of the length,
    /// then names that contain what was typed. Case, spaces, hyphens and underscores do not count.
    /// </summary>
    public static IReadOnlyList<string> To(string typed, IEnumerable<string> names)
    {
        string wanted = Fold(typed);
        if (wanted.Length == 0)
        {
            return [];
        }
        int farthest = Math.Max(2, wanted.Length / 3);
        return names
            .Select(name => (Name: name, Folded: Fold(name)))
            .Select(entry => (entry.Name, Distance: EditDistance(wanted, entry.Folded), Contains: Overlaps(wanted, entry.Folded)))
            .Where(entry => entry.Contains || entry.Distance <= Math.Min(farthest, Math.Max(1, wanted.Length - 1)))
            .OrderBy(entry => entry.Distance > farthest)
            .ThenBy(entry => entry.Distance)
            .Take(MostSuggestions)
            .Select(entry => entry.Name)
            .ToList();
    }

    /// <summary>"; did you mean a, b or c?", or nothing where no name comes near.</summary>
    public static string Hint(string typed, IEnumerable<string> names)
    {
        IReadOnlyList<string> nearest = To(typed, names);
        return nearest.Count switch
        {
            0 => "",
            1 => $"; did you mean {nearest[0]}?",
            _ => $"; did you mean {string.Join(", ", nearest.SkipLast(1))} or {nearest[^1]}?",
        };
    }

    /// <summary>The name without case and separators, for lenient comparison.</summary>
    public static string Fold(string name) =>
        string.Concat(name.Where(c => c is not (' ' or '-' or '_')).Select(char.ToLowerInvariant));

    private static bool Overlaps(string wanted, string name) => wanted.Length >= 3 && name.Contains(wanted, StringComparison.Ordinal);

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    private static int EditDistance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = Enumerable.Range(0, b.Length + 1).ToArray();
        int[] current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }
            (beforeLast, last, current) = (last, current, beforeLast);
        }
        return last[b.Length];
    }
}
