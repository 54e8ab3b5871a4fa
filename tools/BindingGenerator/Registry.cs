using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BindingGenerator;

/// <summary>What the generator needs to know of the Khronos registry (<c>vk.xml</c>).</summary>
internal sealed partial class Registry
{
    private readonly Dictionary<string, List<Enumerant>> _enumerants = [];

    public required int HeaderVersion { get; init; }
    public Dictionary<string, RegistryType> Types { get; } = [];
    public Dictionary<string, RegistryCommand> Commands { get; } = [];
    public Dictionary<string, List<string>> ExtensionCommands { get; } = [];
    public List<(string Name, string Type, string Value)> Constants { get; } = [];

    /// <summary>Enumerants of one enumeration in registry order, aliases left out.</summary>
    public IReadOnlyList<Enumerant> EnumerantsOf(string name) =>
        _enumerants.TryGetValue(name, out var found) ? found : [];

    /// <summary>Loads the registry; enumerants of extensions are taken from the given vendors' final extensions.</summary>
    /// <param name="path">The registry.</param>
    /// <param name="enumerantVendors">KHR, EXT, ...</param>
    /// <param name="laterPath">A registry of extensions that an older <paramref name="path"/> lacks; what it has wins.</param>
    /// <exception cref="InvalidDataException">The file is not a Vulkan registry.</exception>
    public static Registry Load(string path, IReadOnlyCollection<string> enumerantVendors, string? laterPath = null)
    {
        var root = XDocument.Load(path).Root;
        if (root is not null && laterPath is not null)
        {
            AddLater(root, XDocument.Load(laterPath).Root!);
        }

        var types = root?.Element("types") ?? throw new InvalidDataException($"{path}: no <types>: not a Vulkan registry (vk.xml).");
        string header = types.Elements("type").First(t => (string?)t.Element("name") == "VK_HEADER_VERSION").Value;
        var registry = new Registry { HeaderVersion = int.Parse(DigitsAtEnd().Match(header).Value, CultureInfo.InvariantCulture) };

        foreach (var type in types.Elements("type").Where(IsVulkan))
        {
            registry.AddType(type);
        }

        foreach (var command in root.Elements("commands").Elements("command").Where(c => c.Attribute("alias") is null && IsVulkan(c)))
        {
            var proto = command.Element("proto")!;
            var parameters = command.Elements("param").Where(IsVulkan).Select(Declaration.Parse).ToList();
            registry.Commands[proto.Element("name")!.Value] = new(proto.Element("name")!.Value, Declaration.Parse(proto), parameters);
        }

        registry.AddEnumerants(root, enumerantVendors);
        return registry;
    }

    private static void AddLater(XElement root, XElement later)
    {
        var known = root.Elements("extensions").Elements("extension").Select(e => (string?)e.Attribute("name")).ToHashSet();
        if (later.Elements("extensions").Elements("extension").All(e => known.Contains((string?)e.Attribute("name"))))
        {
            return;
        }

        foreach (string list in (string[])["types", "extensions"])
        {
            root.Element(list)?.Add(later.Elements(list).Elements());
        }

        root.Add(later.Elements("enums"));
    }

    private void AddType(XElement type)
    {
        string? category = (string?)type.Attribute("category");
        string? name = (string?)type.Attribute("name") ?? type.Element("name")?.Value;
        if (name is null)
        {
            return;
        }

        Types[name] = new RegistryType(
            name,
            category ?? "",
            (string?)type.Attribute("alias"),
            (string?)type.Attribute("requires") ?? (string?)type.Attribute("bitvalues"),
            category is "bitmask" or "handle" or "basetype" ? type.Element("type")?.Value : null,
            category == "funcpointer" ? type.Value : null,
            type.Elements("member").Where(IsVulkan).Select(Declaration.Parse).ToList());
    }

    private void AddEnumerants(XElement root, IReadOnlyCollection<string> vendors)
    {
        foreach (var block in root.Elements("enums"))
        {
            string name = (string)block.Attribute("name")!;
            foreach (var e in block.Elements("enum").Where(e => e.Attribute("alias") is null))
            {
                if (name == "API Constants")
                {
                    Constants.Add(((string)e.Attribute("name")!, (string)e.Attribute("type")!, (string)e.Attribute("value")!));
                }
                else
                {
                    Add(name, e, null);
                }
            }
        }

        foreach (var e in root.Elements("feature").Where(IsVulkan).Elements("require").Elements("enum"))
        {
            AddExtending(e, null);
        }

        foreach (var extension in root.Elements("extensions").Elements("extension"))
        {
            bool supported = ((string?)extension.Attribute("supported") ?? "").Split(',').Contains("vulkan");
            if (!supported || (string?)extension.Attribute("provisional") == "true")
            {
                continue;
            }

            string name = (string)extension.Attribute("name")!;
            ExtensionCommands[name] = [.. extension.Elements("require").Elements("command").Select(c => (string)c.Attribute("name")!).Distinct()];
            if (vendors.Contains(name.Split('_')[1]))
            {
                foreach (var e in extension.Elements("require").Elements("enum"))
                {
                    AddExtending(e, (string)extension.Attribute("number")!);
                }
            }
        }
    }

    private void AddExtending(XElement e, string? extensionNumber)
    {
        if (e.Attribute("alias") is null && (string?)e.Attribute("extends") is { } extends)
        {
            Add(extends, e, extensionNumber);
        }
    }

    private void Add(string enumeration, XElement e, string? extensionNumber)
    {
        string name = (string)e.Attribute("name")!;
        if (!_enumerants.TryGetValue(enumeration, out var list))
        {
            _enumerants[enumeration] = list = [];
        }

        // An extension promoted to core is listed twice, with the same value.
        if (list.All(known => known.Name != name))
        {
            list.Add(new(name, ValueOf(e, extensionNumber)));
        }
    }

    /// <summary>Vulkan specification, "Assigning extension token values": 1000000000 + (number - 1) * 1000 + offset.</summary>
    private static long ValueOf(XElement e, string? extensionNumber)
    {
        if ((string?)e.Attribute("bitpos") is { } bit)
        {
            return 1L << int.Parse(bit, CultureInfo.InvariantCulture);
        }

        if ((string?)e.Attribute("value") is { } value)
        {
            return value.StartsWith("0x", StringComparison.Ordinal)
                ? long.Parse(value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : long.Parse(value, CultureInfo.InvariantCulture);
        }

        long number = long.Parse((string?)e.Attribute("extnumber") ?? extensionNumber!, CultureInfo.InvariantCulture);
        long token = 1000000000 + ((number - 1) * 1000) + long.Parse((string)e.Attribute("offset")!, CultureInfo.InvariantCulture);
        return (string?)e.Attribute("dir") == "-" ? -token : token;
    }

    private static bool IsVulkan(XElement element) =>
        (string?)element.Attribute("api") is not { } api || api.Split(',').Contains("vulkan");

    [GeneratedRegex(@"\d+$")]
    private static partial Regex DigitsAtEnd();
}
