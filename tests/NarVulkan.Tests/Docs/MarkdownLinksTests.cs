using System.Text.RegularExpressions;
using Xunit;

namespace NarVulkan.Tests.Docs;

/// <summary>Links and images in the project's Markdown files that do not lead out of it lead to something.</summary>
public sealed partial class MarkdownLinksTests
{
    private static readonly string[] NotOurs = ["bin", "obj", "out", "TestResults", "node_modules"];

    public static TheoryData<string> Files => [.. Names()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Links_OfAFile_LeadSomewhere(string file) =>
        Assert.Equal([], BrokenLinks(Path.Combine(TestPaths.RepositoryRoot, file)));

    [Fact]
    public void Files_AreFound() => Assert.Superset(new HashSet<string> { "README.md", "src/ARCHITECTURE.md" }, new HashSet<string>(Names()));

    [Fact]
    public void BrokenLinks_OfEveryKind_AreFound()
    {
        var folder = Directory.CreateTempSubdirectory("narvk-links-");
        try
        {
            string file = Path.Combine(folder.FullName, "a.md");
            File.WriteAllText(Path.Combine(folder.FullName, "b c.md"), "# Über `x`, y & z: 2.0\n# Twice\n# Twice\n```\n# No heading\n```\n");
            File.WriteAllText(
                file,
                """
                # A [link](b%20c.md) in a heading
                [good](b%20c.md#über-x-y--z-20), [good](<b c.md#twice-1> "title"), [good](#a-link-in-a-heading), [web](https://example.org/none.md), [mail](mailto:a@example.org)
                ![no image](none.png), [![badge](badge.png)](b%20c.md), [no heading](b%20c.md#no-heading), [none here](#none), [too many](b%20c.md#twice-2)
                <img src="none.jpg" width="3"> <a href="none.html">x</a>
                [defined]: none.txt
                `[code](none-1.md)`, [`no code`](none-0.md)
                ```
                [code](none-2.md)
                ```
                """);

            Assert.Equal(["none.png", "badge.png", "b%20c.md#no-heading", "#none", "b%20c.md#twice-2", "none.jpg", "none.html", "none.txt", "none-0.md"], BrokenLinks(file).Select(link => link.Split(": ")[1]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The project's Markdown files, without those that builds and tools leave.</summary>
    private static IEnumerable<string> Names() =>
        from file in Directory.EnumerateFiles(TestPaths.RepositoryRoot, "*.md", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(TestPaths.RepositoryRoot, file).Replace('\\', '/')
        where !relative.Split('/').Any(part => part.StartsWith('.') || NotOurs.Contains(part))
        orderby relative
        select relative;

    /// <summary>Links of a Markdown file to files, folders and headings that are not there, as "line N: target".</summary>
    private static List<string> BrokenLinks(string file)
    {
        var broken = new List<string>();
        foreach (var (number, line) in ProseLines(file))
        {
            string prose = CodeSpan().Replace(line, match => new string('x', match.Length));
            foreach (string target in Link().Matches(prose).SelectMany(match => match.Groups.Values.Skip(1)).Where(group => group.Success).OrderBy(group => group.Index).Select(group => group.Value))
            {
                if (!Scheme().IsMatch(target) && !Leads(file, target))
                {
                    broken.Add($"line {number}: {target}");
                }
            }
        }
        return broken;
    }

    private static bool Leads(string file, string target)
    {
        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, Uri.UnescapeDataString(parts[0]));
        if (!File.Exists(path))
        {
            return parts.Length == 1 && Directory.Exists(path);
        }
        return parts.Length == 1 || !path.EndsWith(".md", StringComparison.Ordinal) || Anchors(path).Contains(Uri.UnescapeDataString(parts[1]));
    }

    /// <summary>The anchors that GitHub gives the headings of a file.</summary>
    private static HashSet<string> Anchors(string file)
    {
        var anchors = new HashSet<string>();
        foreach (var (_, line) in ProseLines(file))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                string shown = LinkText().Replace(heading.Groups[1].Value, "$1").ToLowerInvariant();
                string anchor = string.Concat(shown.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
                string unique = anchor;
                for (int more = 1; !anchors.Add(unique); more++)
                {
                    unique = $"{anchor}-{more}";
                }
            }
        }
        return anchors;
    }

    /// <summary>Lines, numbered from 1, outside fenced code.</summary>
    private static IEnumerable<(int Number, string Line)> ProseLines(string file)
    {
        bool code = false;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                code = !code;
            }
            else if (!code)
            {
                yield return (number, line);
            }
        }
    }

    // [text](target "title"), ![text](<target with blanks>), [name]: target, and the two HTML elements that GitHub lets through.
    [GeneratedRegex("""\]\(\s*(?:<([^>]+)>|([^)\s]+))(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)|<(?:img|a)\s[^>]*?(?:src|href)="([^"]+)"[^>]*>""")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("(`+)[^`](?:.*?[^`])?\\1(?!`)")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^#{1,6}\s+(.*?)\s*#*\s*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")]
    private static partial Regex Scheme();
}
