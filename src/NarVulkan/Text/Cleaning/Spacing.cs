namespace NarVulkan.Text.Cleaning;

/// <summary>Rules about spaces, and about what a caption begins and ends with.</summary>
internal static class Spacing
{
    /// <summary>A colon between spaces behind a word loses the first; commas, dots and slashes behind anything but a digit get one behind them; white space becomes one space.</summary>
    public static int[] Even(int[] text)
    {
        text = Scan.Replace(text, static (span, at) => Scan.Is(span, at, Scan.IsSpace) && Scan.IsBoundary(span, at) && Scan.Run(span, at, Scan.IsSpace) is var colon
            && Scan.Is(span, colon, ':') && Scan.Run(span, colon + 1, Scan.IsSpace) is var end && end > colon + 1 ? end : Scan.None, ": ");
        text = AddSpaces(text);
        return Scan.ReplaceRuns(text, Scan.IsSpace, " ");
    }

    /// <summary>
    /// Takes away quotation marks that enclose the whole, one sign at the start, one at the end, and a lone word that begins with a dot, in
    /// this order. White space is not taken away before, so that a space keeps what is behind it.
    /// </summary>
    public static int[] TrimEnds(int[] text)
    {
        // No more than a space is white space here, so an end before a last line break cannot occur.
        if (text.Length >= 3 && text[0] is ('"' or '\'') && text[^1] is ('"' or '\''))
        {
            text = text[1..^1];
        }
        if (text.Length > 0 && text[0] is '\'' or '_' or ',' or '-' or ':' or ';')
        {
            text = text[1..];
        }
        if (text.Length > 0 && text[^1] is '\'' or '_' or ',' or '-' or ':' or '+')
        {
            text = text[..^1];
        }
        return text.Length >= 2 && text[0] == '.' && !text.Any(Scan.IsSpace) ? [] : text;
    }

    private static int[] AddSpaces(int[] text)
    {
        List<int> result = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool takesSpace = !Scan.IsDigit(text[i]) && i + 1 < text.Length && text[i + 1] is ',' or '.' or '/' && Scan.IsBoundary(text, i + 2);
            result.Add(text[i]);
            if (takesSpace)
            {
                result.Add(text[++i]);
                result.Add(' ');
            }
        }
        return [.. result];
    }
}
