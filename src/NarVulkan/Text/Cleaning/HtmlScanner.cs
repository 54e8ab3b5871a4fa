namespace NarVulkan.Text.Cleaning;

/// <summary>
/// Finds tags, references and declarations as <c>html.parser</c> of CPython 3.11 does, with all that it does at the end of a page where one is left open: the
/// original gives the caption and then the end, and so does this. Where that parser fails (a marked section of an unknown kind), the sign stays text.
/// </summary>
/// <param name="html">The page.</param>
/// <param name="page">Takes what is found.</param>
internal sealed class HtmlScanner(string html, HtmlText page)
{
    /// <summary>Not finished.</summary>
    private const int Open = -1;

    private int at;
    private string? rawElement;

    /// <summary>Scans the page.</summary>
    public void Run()
    {
        Pass(end: false);
        Pass(end: true);
    }

    private void Pass(bool end)
    {
        while (at < html.Length)
        {
            int found = rawElement is null ? html.AsSpan(at).IndexOfAny('&', '<') : RawEnd(at);
            if (found < 0 && rawElement is not null)
            {
                break;
            }
            int next = found < 0 ? html.Length : at + found;
            if (next > at)
            {
                page.Data(html.AsSpan(at, next - at));
            }
            at = next;
            if (at == html.Length || !(html[at] == '<' ? Markup(end) : Reference(end)))
            {
                break;
            }
        }
        // What a raw element that nobody closed holds is lost.
        if (end && at < html.Length && rawElement is null)
        {
            page.Data(html.AsSpan(at));
            at = html.Length;
        }
    }

    // False where the rest has to wait for the end.
    private bool Markup(bool end)
    {
        int behind;
        if (IsLetter(at + 1))
        {
            behind = StartTag();
        }
        else if (StartsWith(at, "</"))
        {
            behind = EndTag();
        }
        else if (StartsWith(at, "<!--"))
        {
            behind = Hide(HtmlDeclaration.CommentEnd(html, at));
        }
        else if (StartsWith(at, "<?"))
        {
            behind = Hide(Find('>', at + 2) is >= 0 and int close ? close + 1 : Open);
        }
        else if (StartsWith(at, "<!"))
        {
            behind = Declaration();
        }
        else if (at + 1 < html.Length)
        {
            page.Data("<");
            behind = at + 1;
        }
        else
        {
            return false;
        }
        if (behind < 0)
        {
            if (!end)
            {
                return false;
            }
            behind = Find('>', at + 1) is >= 0 and int close ? close + 1 : Find('<', at + 1) is >= 0 and int next ? next : at + 1;
            page.Data(html.AsSpan(at, behind - at));
        }
        at = behind;
        return true;
    }

    private bool Reference(bool end)
    {
        if (StartsWith(at, "&#"))
        {
            bool hexadecimal = at + 2 < html.Length && html[at + 2] is 'x' or 'X';
            int start = at + (hexadecimal ? 3 : 2), digits = start;
            while (digits < html.Length && (hexadecimal ? char.IsAsciiHexDigit(html[digits]) : char.IsAsciiDigit(html[digits])))
            {
                digits++;
            }
            // Some character has to follow, and no digit of either kind.
            if (digits == start || digits == html.Length || char.IsAsciiHexDigit(html[digits]))
            {
                if (html.IndexOf(';', at) >= 0)
                {
                    page.Data("&#");
                    at += 2;
                }
                return false;
            }
            Character(HtmlEntities.Value(html.AsSpan(start, digits - start), hexadecimal));
            at = html[digits] == ';' ? digits + 1 : digits;
            return true;
        }
        if (NameEnd(at + 1) is >= 0 and int nameEnd)
        {
            string name = html[(at + 1)..nameEnd];
            page.Data(HtmlEntities.Names.TryGetValue(name, out string? characters) ? characters : "&" + name);
            at = html[nameEnd] == ';' ? nameEnd + 1 : nameEnd;
            return true;
        }
        if (IsLetter(at + 1))
        {
            // One letter at the very end: the sign before it is lost.
            at += end && at + 2 == html.Length ? 1 : 0;
            return false;
        }
        if (at + 1 == html.Length)
        {
            return false;
        }
        page.Data("&");
        at++;
        return true;
    }

    private void Character(int value)
    {
        if (value < 256)
        {
            page.Data([HtmlEntities.OfByte(value)]);
        }
        else
        {
            page.Data(value > 0x10FFFF ? "\uFFFD" : value > 0xFFFF ? char.ConvertFromUtf32(value) : ((char)value).ToString());
        }
    }

    // A letter and letters, digits, dots and hyphens, before a character that is no letter or digit, which may be the last of those.
    private int NameEnd(int start)
    {
        if (!IsLetter(start))
        {
            return Open;
        }
        int end = start + 1;
        while (end < html.Length && (char.IsAsciiLetterOrDigit(html[end]) || html[end] is '-' or '.'))
        {
            end++;
        }
        if (end < html.Length)
        {
            return end;
        }
        int last = html.AsSpan(start, end - start).LastIndexOfAny('-', '.');
        return last > 0 ? start + last : Open;
    }

    private int StartTag()
    {
        HtmlTag tag = new(html, at);
        int end = tag.End;
        if (end < 0)
        {
            return Open;
        }
        switch (tag.Close)
        {
            case ">":
                page.StartTag(tag.Name);
                rawElement = tag.Name is "script" or "style" ? tag.Name : rawElement;
                break;
            case "/>":
                page.StartEndTag(tag.Name);
                break;
            default:
                page.Data(html.AsSpan(at, end - at));
                break;
        }
        return end;
    }

    private int EndTag()
    {
        int close = Find('>', at + 1);
        if (close < 0)
        {
            return Open;
        }
        int name = SkipSpace(at + 2), nameEnd = name;
        while (nameEnd < html.Length && (char.IsAsciiLetterOrDigit(html[nameEnd]) || (html[nameEnd] is '-' or '.' or ':' or '_')))
        {
            nameEnd++;
        }
        int behind = SkipSpace(nameEnd);
        if (IsLetter(name) && behind < html.Length && html[behind] == '>')
        {
            string element = html[name..nameEnd].ToLowerInvariant();
            if (rawElement is not null && element != rawElement)
            {
                page.Data(html.AsSpan(at, close + 1 - at));
                return close + 1;
            }
            page.EndTag(element);
            rawElement = null;
            return behind + 1;
        }
        if (rawElement is not null)
        {
            page.Data(html.AsSpan(at, close + 1 - at));
            return close + 1;
        }
        if (!IsLetter(at + 2))
        {
            // </> is nothing at all, anything else a comment.
            return close == at + 2 ? close + 1 : Hide(close + 1);
        }
        int tagEnd = HtmlTag.NameEnd(html, at + 2);
        page.EndTag(LowerCase.Of(html[(at + 2)..tagEnd]));
        return Find('>', tagEnd) + 1;
    }

    private int Declaration()
    {
        if (!StartsWith(at, "<!["))
        {
            return Hide(HtmlDeclaration.End(html, at));
        }
        int behind = HtmlDeclaration.SectionEnd(html, at, out bool known, out Range? shown);
        if (!known)
        {
            page.Data("<");
            return at + 1;
        }
        if (behind >= 0 && shown is { } characters)
        {
            page.CData(html.AsSpan()[characters]);
            return behind;
        }
        return Hide(behind);
    }

    private int Hide(int behind)
    {
        if (behind >= 0)
        {
            page.Hidden();
        }
        return behind;
    }

    // Where the end tag of the raw element begins, from a place on; negative if it does not come.
    private int RawEnd(int from)
    {
        for (int start = html.IndexOf("</", from, StringComparison.Ordinal); start >= 0; start = html.IndexOf("</", start + 1, StringComparison.Ordinal))
        {
            int name = SkipSpace(start + 2), behind = SkipSpace(name + rawElement!.Length);
            // Python's comparison without case takes U+017F for an s.
            if (behind < html.Length && html[behind] == '>' && html.AsSpan(name, rawElement.Length).ToString().Replace('\u017F', 's').Equals(rawElement, StringComparison.OrdinalIgnoreCase))
            {
                return start - from;
            }
        }
        return Open;
    }

    private int SkipSpace(int from) => HtmlTag.SkipSpace(html, from);

    private int Find(char c, int from) => from < html.Length ? html.IndexOf(c, from) : Open;

    private bool StartsWith(int from, string word) => html.AsSpan(from).StartsWith(word, StringComparison.Ordinal);

    private bool IsLetter(int from) => from < html.Length && char.IsAsciiLetter(html[from]);
}
