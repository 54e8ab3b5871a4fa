using System.Text;

namespace NarVulkan.Text.Cleaning;

/// <summary>
/// The text that an HTML page shows, as Beautiful Soup 4.11 collects it: what stands in scripts, styles, templates, ruby annotations and comments is left out,
/// and white space alone between two tags becomes one character. What tags there are, <see cref="HtmlScanner"/> says.
/// </summary>
internal sealed class HtmlText
{
    private static readonly HashSet<string> Empty = new(StringComparer.Ordinal)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "keygen", "link", "menuitem", "meta", "param", "source", "track", "wbr",
        "basefont", "bgsound", "command", "frame", "image", "isindex", "nextid", "spacer",
    };

    private readonly StringBuilder text = new();
    private readonly StringBuilder data = new();
    private readonly List<string> open = [];
    private readonly Dictionary<string, int> openCount = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> closedEmpty = new(StringComparer.Ordinal);
    private bool any;
    private int hidden;
    private int preformatted;

    private HtmlText()
    {
    }

    /// <summary>The visible text of a page.</summary>
    public static string Of(string html)
    {
        HtmlText page = new();
        new HtmlScanner(html, page).Run();
        page.EndData(isText: true);
        return page.text.ToString();
    }

    /// <summary>Characters between tags.</summary>
    public void Data(ReadOnlySpan<char> characters)
    {
        data.Append(characters);
        any = true;
    }

    /// <summary><c>&lt;name&gt;</c></summary>
    public void StartTag(string name)
    {
        Open(name);
        if (Empty.Contains(name))
        {
            // Its end tag, should one come, has been dealt with.
            Close(name);
            closedEmpty[name] = closedEmpty.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary><c>&lt;name/&gt;</c></summary>
    public void StartEndTag(string name)
    {
        Open(name);
        EndTag(name);
    }

    /// <summary><c>&lt;/name&gt;</c></summary>
    public void EndTag(string name)
    {
        if (closedEmpty.GetValueOrDefault(name) is > 0 and int count)
        {
            closedEmpty[name] = count - 1;
            return;
        }
        Close(name);
    }

    /// <summary>A comment, declaration or instruction, which is not shown.</summary>
    public void Hidden() => EndData(isText: true);

    /// <summary>A CDATA section, which is shown wherever it stands; an empty one as a space.</summary>
    public void CData(ReadOnlySpan<char> characters)
    {
        EndData(isText: true);
        Data(characters);
        EndData(isText: false);
    }

    private void Open(string name)
    {
        EndData(isText: true);
        open.Add(name);
        openCount[name] = openCount.GetValueOrDefault(name) + 1;
        hidden += IsHidden(name) ? 1 : 0;
        preformatted += IsPreformatted(name) ? 1 : 0;
    }

    // Closes what is open within it, too; does nothing where no such tag is open.
    private void Close(string name)
    {
        EndData(isText: true);
        while (openCount.GetValueOrDefault(name) > 0)
        {
            string last = open[^1];
            open.RemoveAt(open.Count - 1);
            openCount[last]--;
            hidden -= IsHidden(last) ? 1 : 0;
            preformatted -= IsPreformatted(last) ? 1 : 0;
            if (last == name)
            {
                return;
            }
        }
    }

    // Text within a hidden element is not shown; that of a CDATA section is, wherever it stands.
    private void EndData(bool isText)
    {
        if (!any)
        {
            return;
        }
        string characters = data.ToString();
        if (preformatted == 0 && characters.AsSpan().IndexOfAnyExcept(" \n\t\f\r") < 0)
        {
            characters = characters.Contains('\n') ? "\n" : " ";
        }
        if (!isText || hidden == 0)
        {
            text.Append(characters);
        }
        data.Clear();
        any = false;
    }

    private static bool IsHidden(string name) => name is "rt" or "rp" or "style" or "script" or "template";

    private static bool IsPreformatted(string name) => name is "pre" or "textarea";
}
