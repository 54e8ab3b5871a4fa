using System.Text.Json;
using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Settings as trees of <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, <see cref="bool"/>, null,
/// <see cref="IReadOnlyList{T}"/> and <see cref="IReadOnlyDictionary{TKey, TValue}"/>, whether they came from a pickle or from JSON.
/// </summary>
internal static class PlainValues
{
    public static readonly IReadOnlyDictionary<string, object?> Empty = new Dictionary<string, object?>();

    /// <summary>
    /// Settings have tens of values. The limits stop cycles, and graphs in which a few objects referring to each other
    /// unfold into exponentially many.
    /// </summary>
    private const int MostValues = 20_000;
    private const int DeepestNesting = 16;

    /// <summary>The plain entries of a dictionary or of an attributes-only object; anything else in it is left out.</summary>
    public static IReadOnlyDictionary<string, object?> FromPickle(PickleDict? settings)
    {
        int budget = MostValues;
        return settings is null ? Empty : Convert(settings, 0, ref budget);
    }

    /// <summary>The same for JSON, whose depth its parser has bounded.</summary>
    public static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => FromJsonObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(FromJson).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static Dictionary<string, object?> FromJsonObject(JsonElement element)
    {
        Dictionary<string, object?> result = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            result[property.Name] = FromJson(property.Value);
        }
        return result;
    }

    private static Dictionary<string, object?> Convert(PickleDict dict, int depth, ref int budget)
    {
        Dictionary<string, object?> result = new(StringComparer.Ordinal);
        foreach (IReadOnlyDictionary<string, object?> part in new[] { dict.Entries, dict.State?.Entries ?? Empty })
        {
            foreach ((string key, object? value) in part)
            {
                if (TryConvert(value, depth + 1, ref budget, out object? plain))
                {
                    result.TryAdd(key, plain);
                }
            }
        }
        return result;
    }

    private static bool TryConvert(object? value, int depth, ref int budget, out object? plain)
    {
        plain = null;
        if (depth > DeepestNesting || --budget < 0)
        {
            return false;
        }
        switch (value)
        {
            case null or long or double or string or bool:
                plain = value;
                return true;
            case PickleDict dict:
                plain = Convert(dict, depth, ref budget);
                return true;
            case PickleTuple tuple:
                return TryConvertItems(tuple.Items, depth, ref budget, out plain);
            case PickleList list:
                return TryConvertItems(list.Items, depth, ref budget, out plain);
            default:
                return false;
        }
    }

    // A list with something left out of it would have its items in the wrong places, so it goes as a whole.
    private static bool TryConvertItems(IReadOnlyList<object?> items, int depth, ref int budget, out object? plain)
    {
        List<object?> result = [];
        plain = result;
        foreach (object? item in items)
        {
            if (!TryConvert(item, depth + 1, ref budget, out object? value))
            {
                return false;
            }
            result.Add(value);
        }
        return true;
    }
}
