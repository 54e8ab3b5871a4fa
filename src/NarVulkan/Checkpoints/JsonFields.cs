using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>A JSON object whose fields are read with their types checked; messages name the field by its full path.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="element">Must be an object, or a <see cref="ModelFileException"/> is thrown.</param>
/// <param name="prefix">Path of the object in the file, ending in a dot, or empty.</param>
internal sealed class JsonFields(string file, JsonElement element, string prefix = "")
{
    private readonly JsonElement element = element.ValueKind == JsonValueKind.Object
        ? element
        : throw new ModelFileException(file, $"{(prefix.Length == 0 ? "the file" : prefix.TrimEnd('.'))} must be a JSON object");

    private Dictionary<string, JsonElement>? byName;

    public string File => file;

    /// <summary>The object itself; it lives as long as its document.</summary>
    public JsonElement Element => element;

    public IEnumerable<string> Names => element.EnumerateObject().Select(property => property.Name);

    public bool Has(string name) => Find(name) is not null;

    public JsonFields? Object(string name) => Find(name) is { } value ? new JsonFields(file, value, $"{prefix}{name}.") : null;

    public string? String(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "must be a string");

    public string RequireString(string name) => String(name) ?? throw Missing(name, "a string");

    /// <summary>A whole number within limits; <paramref name="absent"/> if the field is not there.</summary>
    public int Integer(string name, int least, int most, int absent)
        => Find(name) is { } value ? Integer(name, value, least, most) : absent;

    public int RequireInteger(string name, int least, int most)
        => Find(name) is { } value ? Integer(name, value, least, most) : throw Missing(name, "a whole number");

    /// <summary>A finite number within limits; <paramref name="absent"/> if the field is not there.</summary>
    public float Number(string name, float least, float most, float absent)
    {
        if (Find(name) is not { } value)
        {
            return absent;
        }
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= least && number <= most
            ? (float)number
            : throw Wrong(name, $"must be a number from {least} to {most}");
    }

    /// <summary>A list of whole numbers within limits; null if the field is not there.</summary>
    public IReadOnlyList<int>? Integers(string name, int least, int most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select((item, i) => Integer($"{name}[{i}]", item, least, most))]
            : throw Wrong(name, "must be a list of whole numbers");
    }

    /// <summary>A whole number of up to 64 bits within limits; null if the field is not there.</summary>
    public long? Long(string name, long least, long most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"must be a whole number from {least} to {most}");
    }

    /// <summary>A list of strings; empty if the field is not there.</summary>
    public IReadOnlyList<string> Strings(string name) =>
        [.. List(name).Select((item, i) => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong($"{name}[{i}]", "must be a string"))];

    /// <summary>A list of objects; empty if the field is not there.</summary>
    public IReadOnlyList<JsonFields> Objects(string name) => [.. List(name).Select((item, i) => new JsonFields(file, item, $"{prefix}{name}[{i}]."))];

    public ModelFileException Wrong(string name, string problem) => new(file, $"{prefix}{name} {problem}");

    private ModelFileException Missing(string name, string kind) => Wrong(name, $"is missing; it must be {kind}");

    private IEnumerable<JsonElement> List(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        _ => throw Wrong(name, "must be a list"),
    };

    private JsonElement? Find(string name)
        => (byName ??= Index(element)).TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // An element looks through all of its fields for a name: minutes for an index of a million tensors. Of fields of one name the last counts.
    private static Dictionary<string, JsonElement> Index(JsonElement element)
    {
        Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            fields[property.Name] = property.Value;
        }
        return fields;
    }

    private int Integer(string name, JsonElement value, int least, int most)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"must be a whole number from {least} to {most}");
}
