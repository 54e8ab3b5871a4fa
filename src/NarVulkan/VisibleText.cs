namespace NarVulkan;

/// <summary>
/// Texts that came from a file, a server or the command line, made fit for a terminal, a log and a line of an error. Such texts are hostile input: control sequences
/// would drive the terminal, direction marks would show a name as another one, line separators would forge further lines, and names may be megabytes long.
/// </summary>
internal static class VisibleText
{
    /// <summary>Characters of a name that are worth showing: more than any real one has.</summary>
    public const int LongestName = 200;

    private const string Cut = "...";
    private const char Replacement = '?';

    /// <summary>The text on one line, hidden characters replaced; of one that is too long the start and the end, which is where names and messages differ.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="longest">Characters of the result at most.</param>
    public static string Of(string text, int longest = LongestName)
    {
        if (text.Length > longest)
        {
            int end = (longest - Cut.Length) / 3, start = longest - Cut.Length - end;
            text = string.Concat(text.AsSpan(0, start), Cut, text.AsSpan(text.Length - end));
        }
        foreach (char c in text)
        {
            if (IsHidden(c))
            {
                return string.Create(text.Length, text, static (line, text) =>
                {
                    for (int i = 0; i < line.Length; i++)
                    {
                        line[i] = IsHidden(text[i]) ? Replacement : text[i];
                    }
                });
            }
        }
        return text;
    }

    /// <summary>
    /// Whether a character is none that one sees: controls, separators of lines, what turns the direction of writing, and other marks of formatting. Those that
    /// join letters are part of some scripts, and do no harm.
    /// </summary>
    public static bool IsHidden(char c) => char.IsControl(c)
        || c is '\u00AD' or '\u061C' or '\u180E' or '\u200B' or '\u200E' or '\u200F' or '\uFEFF'
        || c is (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or (>= '\uFFF9' and <= '\uFFFB')
        // The first half of the invisible tags U+E0000 and up.
        || c == '\uDB40';
}
