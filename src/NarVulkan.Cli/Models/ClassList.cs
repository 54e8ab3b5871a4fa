using System.Globalization;

namespace NarVulkan.Cli.Models;

/// <summary>Reads <c>--class</c>: ids, names, ranges of ids, <c>none</c> or <c>-1</c>, comma-separated.</summary>
internal static class ClassList
{
    /// <summary>What the engine takes for "no class".</summary>
    public const int Unconditional = -1;

    private const int MostNamesListed = 4;

    /// <summary>Class ids in the order given, <see cref="Unconditional"/> for none.</summary>
    /// <param name="text">What the user typed.</param>
    /// <param name="classCount">How many classes the model knows.</param>
    /// <param name="names">Their names by id, if the model folder has any.</param>
    /// <param name="modelLabel">How to call the model in an error.</param>
    /// <exception cref="InvalidRequestException">An entry is no class of this model.</exception>
    public static IReadOnlyList<int> Parse(string text, int classCount, IReadOnlyList<string>? names, string modelLabel)
    {
        List<int> ids = [];
        foreach (string entry in text.Split(','))
        {
            ids.AddRange(ParseEntry(entry.Trim(), text, classCount, names, modelLabel));
        }
        return ids;
    }

    /// <summary>The class that a seed stands for where none was asked for. The same on every machine.</summary>
    public static int FromSeed(ulong seed, int classCount)
    {
        // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbouring seeds give unrelated classes.
        ulong mixed = seed + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (int)(mixed % (ulong)classCount);
    }

    /// <summary>The class's name, or its number where it has none.</summary>
    public static string NameOf(int id, IReadOnlyList<string>? names) => id switch
    {
        Unconditional => "none",
        _ when names is not null && id < names.Count => names[id],
        _ => id.ToString(CultureInfo.InvariantCulture),
    };

    private static IEnumerable<int> ParseEntry(string entry, string text, int classCount, IReadOnlyList<string>? names, string modelLabel)
    {
        if (entry.Length == 0)
        {
            throw new InvalidRequestException($"--class: an entry of '{text}' is empty; give ids, names or ranges like 0,4,10-12");
        }
        if (entry == "-1" || entry.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return [Unconditional];
        }
        if (entry.All(char.IsAsciiDigit))
        {
            return [CheckId(entry, classCount, modelLabel)];
        }
        if (TryParseRange(entry, out string first, out string last))
        {
            int from = CheckId(first, classCount, modelLabel);
            int to = CheckId(last, classCount, modelLabel);
            return from <= to
                ? Enumerable.Range(from, to - from + 1)
                : throw new InvalidRequestException($"--class: the range {entry} runs backwards; write {to}-{from}");
        }
        return [FindName(entry, classCount, names, modelLabel)];
    }

    private static bool TryParseRange(string entry, out string first, out string last)
    {
        int dash = entry.IndexOf('-');
        first = dash > 0 ? entry[..dash].Trim() : "";
        last = dash > 0 ? entry[(dash + 1)..].Trim() : "";
        return first.Length > 0 && last.Length > 0 && first.All(char.IsAsciiDigit) && last.All(char.IsAsciiDigit);
    }

    private static int CheckId(string digits, int classCount, string modelLabel)
    {
        bool known = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < classCount;
        return known
            ? id
            : throw new InvalidRequestException($"--class: there is no class {digits}; {modelLabel} has classes 0 to {classCount - 1}");
    }

    private static int FindName(string entry, int classCount, IReadOnlyList<string>? names, string modelLabel)
    {
        if (names is null || names.Count == 0)
        {
            throw new InvalidRequestException(
                $"--class: '{entry}' is not a number, and {modelLabel} has no class names; give ids from 0 to {classCount - 1}");
        }
        string folded = NearestNames.Fold(entry);
        Predicate<string>[] readings =
        [
            name => name.Equals(entry, StringComparison.OrdinalIgnoreCase),
            name => NearestNames.Fold(name) == folded,
            // ImageNet's names are synonyms with commas between them.
            name => name.Contains(',') && name.Split(',').Any(synonym => NearestNames.Fold(synonym) == folded),
        ];
        int[] found = readings.Select(reading => Enumerable.Range(0, Math.Min(names.Count, classCount)).Where(id => reading(names[id])).ToArray())
            .FirstOrDefault(ids => ids.Length > 0) ?? [];
        return found switch
        {
            [] => throw UnknownName(entry, names, modelLabel),
            [int id] => id,
            _ => throw new InvalidRequestException($"--class: '{entry}' names the classes {string.Join(" and ", found.Take(MostNamesListed))} of {modelLabel}; give one of these ids"),
        };
    }

    private static InvalidRequestException UnknownName(string entry, IReadOnlyList<string> names, string modelLabel)
    {
        string hint = NearestNames.Hint(entry, names);
        string examples = string.Join(", ", names.Take(MostNamesListed)) + (names.Count > MostNamesListed ? ", ..." : "");
        string known = hint.Length > 0 ? $"{modelLabel} has {names.Count} classes" : $"{modelLabel} has {examples}";
        return new InvalidRequestException($"--class: there is no class '{entry}'{hint} ({known}; 'narvk inspect' on its folder lists them all)");
    }
}
