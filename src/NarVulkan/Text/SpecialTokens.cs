using System.Buffers;

namespace NarVulkan.Text;

/// <summary>Tokens that are recognised where their name stands in a text, before the rest is cut into pieces: T5's end, padding, unknown and extra ids.</summary>
internal sealed class SpecialTokens
{
    /// <summary>Characters of a name; the time that a text takes is bounded by this.</summary>
    public const int LongestName = 64;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids;
    private readonly SearchValues<char> firstCharacters;
    private readonly int[] lengths;

    /// <param name="names">Names, none empty or longer than <see cref="LongestName"/>, with their ids.</param>
    public SpecialTokens(IEnumerable<KeyValuePair<string, int>> names)
    {
        Dictionary<string, int> table = new(names, StringComparer.Ordinal);
        ids = table.GetAlternateLookup<ReadOnlySpan<char>>();
        firstCharacters = SearchValues.Create([.. table.Keys.Select(name => name[0]).Distinct()]);
        lengths = [.. table.Keys.Select(name => name.Length).Distinct().OrderDescending()];
    }

    /// <summary>Finds the first token in a text; of those that begin there, the longest.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where it begins.</param>
    /// <param name="length">How long its name is.</param>
    /// <param name="id">Its id.</param>
    public bool TryFind(ReadOnlySpan<char> text, out int at, out int length, out int id)
    {
        for (at = 0; text[at..].IndexOfAny(firstCharacters) is >= 0 and int skipped; at++)
        {
            at += skipped;
            foreach (int candidate in lengths)
            {
                if (candidate <= text.Length - at && ids.TryGetValue(text.Slice(at, candidate), out id))
                {
                    length = candidate;
                    return true;
                }
            }
        }
        (length, id) = (0, -1);
        return false;
    }
}
