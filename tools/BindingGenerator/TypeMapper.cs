using System.Globalization;

namespace BindingGenerator;

/// <summary>C types of the registry as C# types of the bindings.</summary>
internal sealed class TypeMapper(Registry registry, Selection selection)
{
    private static readonly Dictionary<string, string> Primitives = new()
    {
        ["void"] = "void", ["char"] = "byte", ["float"] = "float", ["double"] = "double",
        ["uint8_t"] = "byte", ["uint16_t"] = "ushort", ["uint32_t"] = "uint", ["uint64_t"] = "ulong",
        ["int32_t"] = "int", ["int64_t"] = "long", ["size_t"] = "nuint", ["int"] = "int",
        ["VkBool32"] = "Bool32", ["VkDeviceSize"] = "ulong", ["VkDeviceAddress"] = "ulong",
        ["VkSampleMask"] = "uint", ["VkFlags"] = "uint", ["VkFlags64"] = "ulong",
    };

    public static bool IsPrimitive(string type) => Primitives.ContainsKey(type);

    /// <summary>The type whose definition a C type name leads to: follows aliases, and bit masks to their bits.</summary>
    public string Canonical(string type)
    {
        var found = registry.Types[type];
        if (found.Alias is { } alias)
        {
            return Canonical(alias);
        }

        return found is { Category: "bitmask", Bits: { } bits } ? Canonical(bits) : type;
    }

    public string Name(string type)
    {
        if (Primitives.TryGetValue(type, out string? primitive))
        {
            return primitive;
        }

        string canonical = Canonical(type);
        bool emptyMask = registry.Types[canonical] is { Category: "bitmask", Bits: null };
        return emptyMask && !selection.LateBits.Contains(canonical) ? Name(registry.Types[canonical].Underlying!) : Naming.Type(canonical);
    }

    public string Pointer(Declaration declaration) => Name(declaration.Type) + new string('*', declaration.Pointers);

    /// <summary>A parameter: arrays are passed as pointers.</summary>
    public string Parameter(Declaration declaration) => Pointer(declaration) + (declaration.Length is null ? "" : "*");

    public int Length(string length) => int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : int.Parse(registry.Constants.First(c => c.Name == length).Value, CultureInfo.InvariantCulture);
}
