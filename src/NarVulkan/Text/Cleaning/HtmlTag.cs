namespace NarVulkan.Text.Cleaning;

/// <summary>A start tag. <c>html.parser</c> goes over it twice, first for its end and then for its attributes, and takes it for text where the two do not meet.</summary>
internal readonly ref struct HtmlTag
{
    private readonly string html;

    /// <param name="html">The page.</param>
    /// <param name="start">Where <c>&lt;</c> stands, before a letter.</param>
    public HtmlTag(string html, int start)
    {
        this.html = html;
        int nameEnd = NameEnd(html, start + 1);
        End = WholeEnd(start, nameEnd);
        Name = "";
        Close = "";
        if (End >= 0)
        {
            Name = LowerCase.Of(html[(start + 1)..nameEnd]);
            int at = SkipGap(nameEnd);
            while (at < End && Attribute(at) is >= 0 and int behind)
            {
                at = behind;
            }
            Close = PythonText.Trim(html.AsSpan(Math.Min(at, End), Math.Max(End - at, 0))).ToString();
        }
    }

    /// <summary>In lower case.</summary>
    public string Name { get; }

    /// <summary>Behind the tag; negative if it does not end.</summary>
    public int End { get; }

    /// <summary>What is left behind the attributes: <c>&gt;</c> or <c>/&gt;</c>, or it is no tag.</summary>
    public string Close { get; }

    /// <summary>The end of a name that begins with a letter.</summary>
    public static int NameEnd(string html, int start)
    {
        int end = start;
        while (end < html.Length && html[end] is not ('\t' or '\n' or '\r' or '\f' or ' ' or '/' or '>' or '\0'))
        {
            end++;
        }
        return end;
    }

    /// <summary>The first place from one on that no white space stands at.</summary>
    public static int SkipSpace(string html, int at)
    {
        while (at < html.Length && PythonText.IsSpace(html[at]))
        {
            at++;
        }
        return at;
    }

    private int WholeEnd(int start, int nameEnd)
    {
        int at = nameEnd;
        while (at < html.Length && (IsSpace(at) || html[at] == '/'))
        {
            at++;
        }
        while (Attribute(at) is >= 0 and int behind)
        {
            at = behind;
        }
        at = SkipSpace(at);
        if (at == html.Length)
        {
            return -1;
        }
        return html[at] switch
        {
            '>' => at + 1,
            '/' => at + 1 < html.Length && html[at + 1] == '>' ? at + 2 : -1,
            '=' => -1,
            var c when char.IsAsciiLetter(c) => -1,
            _ => at,
        };
    }

    // The end of an attribute: a name behind a quotation mark, white space or slash, perhaps a value, and white space and slashes. Negative if there is none.
    private int Attribute(int start)
    {
        if (start >= html.Length || !(html[start - 1] is '\'' or '"' or '/' || IsSpace(start - 1)) || IsSpace(start) || html[start] is '/' or '>')
        {
            return -1;
        }
        int end = start + 1;
        while (end < html.Length && !IsSpace(end) && html[end] is not ('/' or '=' or '>'))
        {
            end++;
        }
        if (Value(end) is >= 0 and int behind)
        {
            end = behind;
        }
        return SkipGap(end);
    }

    // Equals signs and what follows them; negative if that is no value.
    private int Value(int at)
    {
        int equals = SkipSpace(at), end = equals;
        while (end < html.Length && html[end] == '=')
        {
            end++;
        }
        if (end == equals)
        {
            return -1;
        }
        int value = SkipSpace(end);
        char quote = value < html.Length ? html[value] : '\0';
        if (quote is not ('\'' or '"'))
        {
            return BareEnd(value);
        }
        int close = html.IndexOf(quote, value + 1);
        // A mark that nothing closes: the value is empty and ends before the last space, or it is the last equals sign and what follows.
        return close >= 0 ? close + 1
            : value > end ? value - 1
            : end - equals > 1 ? BareEnd(end - 1)
            : -1;
    }

    private int BareEnd(int at)
    {
        while (at < html.Length && !IsSpace(at) && html[at] != '>')
        {
            at++;
        }
        return at;
    }

    // White space, and slashes that are not those of />.
    private int SkipGap(int at)
    {
        while (at < html.Length && (IsSpace(at) || (html[at] == '/' && !(at + 1 < html.Length && html[at + 1] == '>'))))
        {
            at++;
        }
        return at;
    }

    private int SkipSpace(int at) => SkipSpace(html, at);

    private bool IsSpace(int at) => PythonText.IsSpace(html[at]);
}
