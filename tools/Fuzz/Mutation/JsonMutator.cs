using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NarVulkan.Fuzz.Mutation;

/// <summary>Changes JSON value by value, so that most of it still parses.</summary>
internal static class JsonMutator
{
    private static readonly JsonSerializerOptions Options = new() { MaxDepth = 20_000 };

    private static readonly string[] Words =
    [
        "", ".", "..", "/", "../x", "F32", "F16", "BF16", "I64", "BOOL", "F8_E4M3", "w.safetensors", "a.safetensors", "b.bin", "narvk.json", "config.json", "\u0000", "\uFFFD",
        "nar-c2i", "nar-c2v", "nar-c2v-fp", "par-c2i", "larp", "vq", "none", "__metadata__", "w", "a/b", "\u001b[2J", "\n",
    ];

    /// <summary>One to four changes; text that is no JSON is damaged byte by byte.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> json, FuzzRandom random, long length = 0)
    {
        try
        {
            return Parse(json) is { } root ? Mutate(root, random, length) : ByteMutator.Mutate(json, random);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A name in it is no text, such as half of a surrogate pair, or occurs twice: this library does not write such objects.
            return ByteMutator.Mutate(json, random);
        }
    }

    /// <summary>One of the containers with many members, long names, a long list, or deep ones; text that is no JSON is enlarged byte by byte.</summary>
    /// <param name="json">What to enlarge.</param>
    /// <param name="random">Decides.</param>
    /// <param name="bytes">About how large.</param>
    /// <param name="member">A member that is well-formed however often it occurs under other names; null for a copy of one that is there.</param>
    public static byte[] Grow(ReadOnlySpan<byte> json, FuzzRandom random, int bytes, string? member = null)
    {
        try
        {
            if (Parse(json) is not { } root)
            {
                return ByteMutator.Grow(json, random, bytes);
            }
            List<JsonNode> containers = [];
            Collect(root, containers);
            Grow(member is null ? random.Pick(containers) : root, random, bytes, member);
            return Encoding.UTF8.GetBytes(root.ToJsonString(Options));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return ByteMutator.Grow(json, random, bytes);
        }
    }

    private static void Grow(JsonNode container, FuzzRandom random, int bytes, string? member)
    {
        if (container is JsonArray items)
        {
            JsonNode? item = items.Count > 0 ? random.Pick(items.ToList()) : null;
            for (int size = 2 + (item?.ToJsonString().Length ?? 4); bytes > 0; bytes -= size)
            {
                items.Add(item?.DeepClone());
            }
            return;
        }
        JsonObject fields = (JsonObject)container;
        JsonNode? value = member is not null ? JsonNode.Parse(member) : fields.Count > 0 ? random.Pick(fields.ToList()).Value : null;
        switch (random.Below(4))
        {
            case 0:
                fields[new string('n', bytes)] = value?.DeepClone();
                break;
            case 1:
                fields["deep"] = Nested(random.Below(Options.MaxDepth / 2));
                break;
            default:
                int longest = 1 << random.Below(12);
                for (int i = 0, size = longest + 12 + (value?.ToJsonString().Length ?? 4); bytes > 0; bytes -= size, i++)
                {
                    fields[new string('n', longest) + i] = value?.DeepClone();
                }
                break;
        }
    }

    private static byte[] Mutate(JsonNode root, FuzzRandom random, long length)
    {
        for (int changes = 1 + random.Below(random.OneIn(4) ? 4 : 2); changes > 0; changes--)
        {
            List<JsonNode> containers = [];
            Collect(root, containers);
            Change(random.Pick(containers), random, length);
        }
        byte[] text = Encoding.UTF8.GetBytes(root.ToJsonString(Options));
        return random.OneIn(8) ? ByteMutator.Mutate(text, random) : text;
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return root is JsonObject or JsonArray ? root : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Collect(JsonNode node, List<JsonNode> containers)
    {
        containers.Add(node);
        foreach (JsonNode? child in node is JsonObject fields ? fields.Select(field => field.Value) : (JsonArray)node)
        {
            if (child is JsonObject or JsonArray)
            {
                Collect(child, containers);
            }
        }
    }

    private static void Change(JsonNode container, FuzzRandom random, long length)
    {
        if (container is JsonArray items)
        {
            int at = random.Below(items.Count);
            switch (random.Below(4))
            {
                case 0 when items.Count > 0: items.RemoveAt(at); break;
                case 1: items.Insert(at, Value(random, length)); break;
                case 2 when items.Count > 0: items.Insert(at, items[random.Below(items.Count)]?.DeepClone()); break;
                default:
                    if (items.Count > 0)
                    {
                        items[at] = Value(random, length);
                    }
                    break;
            }
            return;
        }
        JsonObject fields = (JsonObject)container;
        string name = fields.Count == 0 ? "w" : random.Pick(fields.Select(field => field.Key).ToList());
        switch (random.Below(5))
        {
            case 0: fields.Remove(name); break;
            case 1: fields[random.Pick(Words)] = fields[name]?.DeepClone(); break;
            case 2: fields[name] = fields.Count == 0 ? null : fields[random.Pick(fields.Select(field => field.Key).ToList())]?.DeepClone(); break;
            default: fields[name] = Value(random, length); break;
        }
    }

    private static JsonNode? Value(FuzzRandom random, long length) => random.Below(10) switch
    {
        0 => null,
        1 => JsonValue.Create(random.OneIn(2)),
        2 => JsonValue.Create(random.Pick(Words)),
        3 => JsonValue.Create(random.Pick([0.5, -1.5, 1e300, 1e-300, 4.0])),
        4 => new JsonArray(),
        5 => new JsonObject(),
        6 => Nested(random.Below(random.OneIn(4) ? 600 : 20)),
        7 => JsonValue.Create(new string('x', random.Below(3000))),
        _ => JsonValue.Create(Interesting.Number(random, length)),
    };

    private static JsonNode Nested(int depth)
    {
        JsonNode node = new JsonArray();
        for (int i = 0; i < depth; i++)
        {
            node = i % 2 == 0 ? new JsonObject { ["a"] = node } : new JsonArray(node);
        }
        return node;
    }
}
