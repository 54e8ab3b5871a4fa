using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NarVulkan.Cli.Output;

/// <summary>Writes one JSON object as a command's result. No reflection, so that it survives ahead-of-time compilation.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        // The text goes to a file or a terminal, never into a web page: class names stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="output">Where the object goes, followed by a line end.</param>
    /// <param name="members">Writes the members of the object.</param>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        output.WriteLine(Escape(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)));
    }

    // The writer leaves direction marks and line separators in strings as they are. Anywhere else in the text there are none.
    private static string Escape(string json)
    {
        StringBuilder? escaped = null;
        int done = 0;
        for (int i = 0; i < json.Length; i++)
        {
            if (VisibleText.IsHidden(json[i]) && json[i] is not ('\n' or '\r'))
            {
                escaped = (escaped ?? new StringBuilder(json.Length)).Append(json, done, i - done).Append(CultureInfo.InvariantCulture, $"\\u{(int)json[i]:x4}");
                done = i + 1;
                if (char.IsHighSurrogate(json[i]) && done < json.Length)
                {
                    // Half a pair cannot be written as it is.
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)json[done]:x4}");
                    i = done++;
                }
            }
        }
        return escaped?.Append(json, done, json.Length - done).ToString() ?? json;
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }

    public static void WriteNumbers(this Utf8JsonWriter writer, string name, IEnumerable<long> values)
    {
        writer.WriteStartArray(name);
        foreach (long value in values)
        {
            writer.WriteNumberValue(value);
        }
        writer.WriteEndArray();
    }

    public static void WriteRows(this Utf8JsonWriter writer, string name, IEnumerable<int[]> rows)
    {
        writer.WriteStartArray(name);
        foreach (int[] row in rows)
        {
            writer.WriteStartArray();
            foreach (int value in row)
            {
                writer.WriteNumberValue(value);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    public static void WriteDevice(this Utf8JsonWriter writer, NarDeviceInfo device)
    {
        writer.WriteStartObject("device");
        writer.WriteNumber("index", device.Index);
        writer.WriteString("name", device.Name);
        writer.WriteString("kind", device.Kind);
        writer.WriteString("driver", device.Driver);
        writer.WriteEndObject();
    }
}
