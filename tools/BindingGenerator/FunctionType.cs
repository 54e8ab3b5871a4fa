using System.Text.RegularExpressions;

namespace BindingGenerator;

/// <summary>A callback type, read from its C declaration.</summary>
internal sealed partial record FunctionType(Declaration Return, IReadOnlyList<Declaration> Parameters)
{
    public static FunctionType Parse(string text)
    {
        var match = Typedef().Match(text);
        var parameters = match.Groups["parameters"].Value.Split(',').Select(p => p.Trim()).Where(p => p != "void").Select(ParseDeclaration).ToList();
        return new(ParseDeclaration(match.Groups["return"].Value + " result"), parameters);
    }

    private static Declaration ParseDeclaration(string text)
    {
        var words = Word().Matches(text).Select(m => m.Value).Where(w => w != "const").ToList();
        return new(words[0], text.Count(c => c == '*'), words[1], null);
    }

    [GeneratedRegex(@"typedef\s+(?<return>.*?)\s*\(VKAPI_PTR \*\w+\)\((?<parameters>.*)\);", RegexOptions.Singleline)]
    private static partial Regex Typedef();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
