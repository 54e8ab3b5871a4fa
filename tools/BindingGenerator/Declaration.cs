using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BindingGenerator;

/// <summary>A C declaration: a struct member, a parameter, or a command's name with its return type.</summary>
/// <param name="Type">C type without pointers and qualifiers.</param>
/// <param name="Pointers">Levels of indirection.</param>
/// <param name="Name">C name.</param>
/// <param name="Length">Array length (a number or a <c>VK_</c> constant), or null.</param>
internal sealed partial record Declaration(string Type, int Pointers, string Name, string? Length)
{
    /// <summary>Reads <c>const &lt;type&gt;char&lt;/type&gt;* const* &lt;name&gt;ppNames&lt;/name&gt;[4]</c>.</summary>
    public static Declaration Parse(XElement element)
    {
        var text = string.Concat(element.Nodes().Where(n => n is not XElement { Name.LocalName: "comment" })
            .Select(n => n is XElement e ? e.Value : n.ToString()));
        string type = element.Element("type")!.Value;
        string name = element.Element("name")!.Value;
        var length = ArrayLength().Match(text);
        return new(type, text.Count(c => c == '*'), name, length.Success ? length.Groups[1].Value : null);
    }

    [GeneratedRegex(@"\[(\w+)\]")]
    private static partial Regex ArrayLength();
}
