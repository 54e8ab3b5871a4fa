using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>
/// The model settings that a trainer saved with the weights (<see cref="PlainValues"/>), as JSON in the metadata of a converted file: head
/// counts and grids would be lost without them.
/// </summary>
internal static class SettingsText
{
    /// <summary>The entry of a safetensors file's metadata.</summary>
    public const string Key = "narvk.settings";

    private const int LongestText = 1 << 20;
    private const int LongestString = 1000;
    private const int DeepestNesting = 32;

    public static string Write(IReadOnlyDictionary<string, object?> settings)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, settings);
        }
        // Settings that take a megabyte are none.
        return text.WrittenCount <= LongestText ? Encoding.UTF8.GetString(text.WrittenSpan) : "{}";
    }

    /// <exception cref="FormatException">The text is not what <see cref="Write(IReadOnlyDictionary{string, object?})"/> makes.</exception>
    public static IReadOnlyDictionary<string, object?> Read(string text)
    {
        if (text.Length > LongestText)
        {
            throw new FormatException($"its {Key} has {text.Length} characters, but at most {LongestText} are supported");
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestNesting, AllowDuplicateProperties = false });
            return PlainValues.FromJson(document.RootElement) as IReadOnlyDictionary<string, object?>
                ?? throw new FormatException($"its {Key} is no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"its {Key} is not valid JSON", e);
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> entries:
                json.WriteStartObject();
                foreach ((string key, object? entry) in entries.Where(entry => entry.Key.Length <= LongestString && IsKept(entry.Value)))
                {
                    json.WritePropertyName(key);
                    Write(json, entry);
                }
                json.WriteEndObject();
                break;
            case IReadOnlyList<object?> items:
                json.WriteStartArray();
                foreach (object? item in items)
                {
                    Write(json, IsKept(item) ? item : null);
                }
                json.WriteEndArray();
                break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            default: json.WriteNullValue(); break;
        }
    }

    // JSON has no infinities; and long texts are no settings.
    private static bool IsKept(object? value) => value switch
    {
        double number => double.IsFinite(number),
        string text => text.Length <= LongestString,
        _ => true,
    };
}
