namespace NarVulkan.Tests.Bindings;

/// <summary>A reference of a compiled assembly to a type of Silk.NET, or to a member of one.</summary>
/// <param name="Type">Full name, nested types after a plus.</param>
/// <param name="Member">Name in the metadata, e.g. <c>get_Value</c> or <c>.ctor</c>; null for the type itself.</param>
/// <param name="Parameters">Types of a method's parameters as the listing writes them, separated by semicolons; null for a field.</param>
internal sealed record SilkReference(string Type, string? Member, string? Parameters)
{
    /// <summary>Whether a line of the listing declares this member.</summary>
    public bool IsNamedBy(string line)
    {
        if (Parameters is null)
        {
            // field [const|static] TYPE NAME [= VALUE|@OFFSET]; of enumerations NAME = VALUE.
            string[] words = line.Split(' ');
            return words[0] == "field" ? words.Contains(Member) : words[0] == Member && words.Length > 1 && words[1] == "=";
        }
        if (line.StartsWith("property ", StringComparison.Ordinal) && Member!.Split('_', 2) is [("get" or "set") and var accessor, var property])
        {
            return line.Contains($" {property} {{", StringComparison.Ordinal) && line.Contains($"{accessor};", StringComparison.Ordinal);
        }
        int open = line.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || line.StartsWith("property ", StringComparison.Ordinal) || line.StartsWith("field ", StringComparison.Ordinal))
        {
            return false;
        }
        string name = line[..open].Split(' ')[^1].Split('<')[0];
        return name == (Member == ".ctor" ? "new" : Member) && string.Join(';', ParameterTypes(line[(open + 1)..line.LastIndexOf(')')])) == Parameters;
    }

    /// <summary>Types of a parameter list: no names, no defaults, no <c>ref</c> or <c>out</c>, which look the same to the runtime.</summary>
    private static IEnumerable<string> ParameterTypes(string list)
    {
        int depth = 0, first = 0;
        for (int i = 0; i <= list.Length; i++)
        {
            depth += i < list.Length ? list[i] switch { '<' => 1, '>' => -1, _ => 0 } : 0;
            if (i == list.Length || (depth == 0 && list[i] == ','))
            {
                string parameter = list[first..i].Split(" = ")[0].Trim();
                first = i + 1;
                if (parameter.Length > 0)
                {
                    // The listing leaves out the types of function pointers.
                    string type = parameter[..Math.Max(parameter.LastIndexOf(' '), 0)];
                    yield return type.StartsWith("ref ", StringComparison.Ordinal) || type.StartsWith("out ", StringComparison.Ordinal) ? type[4..] : type;
                }
            }
        }
    }
}
