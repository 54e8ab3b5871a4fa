using System.Globalization;
using System.Text.Json;
using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Output;

/// <summary>What <c>narvk inspect</c> found in a picture, as text and as JSON.</summary>
internal static class PictureText
{
    /// <summary>Of a prompt, everything is of interest.</summary>
    private const int LongestLine = 10_000;

    public static void Write(TextWriter output, string name, PngRecord record)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{VisibleText.Of(name)}: {record.Width} x {record.Height}, {(record.Frames == 1 ? "1 frame" : $"{record.Frames} frames")}, {record.Bytes:N0} bytes"));
        if (record.Texts.Count == 0)
        {
            output.WriteLine("  says nothing about itself");
            return;
        }
        // Several lines of a text stand below each other.
        output.Write(TextTable.Columns(record.Texts.SelectMany(entry => entry.Value.Split('\n').Select((line, i) => new[] { i == 0 ? entry.Key : "", line })).ToList(), LongestLine));
    }

    public static void WriteJson(TextWriter output, string name, PngRecord record) => JsonReport.Write(output, json =>
    {
        json.WriteString("file", name);
        json.WriteNumber("bytes", record.Bytes);
        json.WriteNumber("width", record.Width);
        json.WriteNumber("height", record.Height);
        json.WriteNumber("frames", record.Frames);
        json.WriteStartObject("text");
        // Of a keyword that occurs twice the last text counts, as for readers of PNG files.
        foreach ((string keyword, string text) in record.Texts.Reverse().DistinctBy(entry => entry.Key).Reverse())
        {
            json.WriteString(keyword, text);
        }
        json.WriteEndObject();
    });
}
