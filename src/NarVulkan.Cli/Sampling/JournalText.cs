using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NarVulkan.Cli.Sampling;

/// <summary>The lines of a journal: JSON objects, one a line.</summary>
internal static class JournalText
{
    private const int Version = 1;

    // More than any array of samples: a size from a damaged journal must not overflow later.
    private const double MostBytes = 1L << 50;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Line(JournalHeader header) => Line(json =>
    {
        json.WriteNumber("narvkJournal", Version);
        json.WriteStartObject("settings");
        foreach ((string name, string value) in header.Settings)
        {
            json.WriteString(name, value);
        }
        json.WriteEndObject();
        json.WriteString("precision", header.Precision);
        json.WriteStartArray("shape");
        foreach (int size in header.Shape)
        {
            json.WriteNumberValue(size);
        }
        json.WriteEndArray();
        json.WriteString("device", header.Device);
    });

    public static byte[] Line(JournalEntry entry) => Line(json =>
    {
        json.WriteNumber("done", entry.Done);
        json.WriteNumber("batchCrc", entry.BatchCrc);
        json.WriteNumber("totalCrc", entry.TotalCrc);
    });

    public static byte[] FinishedLine() => Line(json => json.WriteBoolean("finished", true));

    /// <summary>Null where the line is no header of a journal.</summary>
    public static JournalHeader? ReadHeader(ReadOnlyMemory<byte> line) => Read(line, root =>
    {
        int[] shape = root.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ToArray();
        if (root.GetProperty("narvkJournal").GetInt32() != Version || shape.Length is < 4 or > 5 || shape.Any(size => size < 1)
            || shape.Aggregate(1.0, (bytes, size) => bytes * size) > MostBytes)
        {
            return null;
        }
        return new JournalHeader(
            root.GetProperty("settings").EnumerateObject().Select(setting => KeyValuePair.Create(setting.Name, setting.Value.GetString() ?? "")).DistinctBy(setting => setting.Key).ToList(),
            root.GetProperty("precision").GetString() ?? "",
            shape,
            root.GetProperty("device").GetString() ?? "");
    });

    /// <summary>Null where the line is no entry.</summary>
    public static JournalEntry? ReadEntry(ReadOnlyMemory<byte> line) => Read(line, root => new JournalEntry(
        root.GetProperty("done").GetInt32(), root.GetProperty("batchCrc").GetUInt32(), root.GetProperty("totalCrc").GetUInt32()));

    /// <summary>Whether the line says that the shard is finished.</summary>
    public static bool IsFinished(ReadOnlyMemory<byte> line) => Read(line, root => root.TryGetProperty("finished", out _) ? "yes" : null) is not null;

    private static byte[] Line(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    // A journal may be torn, edited, or another file altogether: whatever does not read as a line is none.
    private static T? Read<T>(ReadOnlyMemory<byte> line, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
