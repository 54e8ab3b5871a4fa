using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Options;

/// <summary>
/// A JSON file of prompts: one object with a "prompt" a line, as GenEval's <c>evaluation_metadata.jsonl</c> has them, or a list of strings or of such objects.
/// </summary>
internal static class PromptsJson
{
    private const string Field = "prompt";
    private const int LongestFile = 64 << 20;
    private const int MostPrompts = 100_000;

    // The line goes to a file, never into a web page: it stays readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The prompts, one at least.</summary>
    /// <param name="console">Where paths are relative to.</param>
    /// <param name="file">The file, as typed.</param>
    /// <param name="clean">Whether the prompts will be cleaned.</param>
    /// <exception cref="InvalidRequestException">The file is missing, is no such file, has no prompt, or one that is too long.</exception>
    public static IReadOnlyList<PromptRecord> Read(CliConsole console, string file, bool clean)
    {
        try
        {
            string path = console.Resolve(file);
            using MappedFile mapped = MappedFile.Open(path);
            if (mapped.Length > LongestFile)
            {
                throw Wrong(file, $"has {mapped.Length} bytes, more than {LongestFile}; split it");
            }
            byte[] bytes = mapped.Slice(0, (int)mapped.Length).ToArray();
            List<PromptRecord> prompts = bytes.AsSpan().TrimStart("\uFEFF \t\r\n"u8) is [(byte)'[', ..] ? ReadList(file, path, bytes, clean) : ReadLines(file, bytes, clean);
            return prompts.Count > 0 ? prompts : throw Wrong(file, "has no prompt");
        }
        catch (ModelFileException e)
        {
            // A prompt is no part of a model: it is the request that is wrong.
            throw new InvalidRequestException("--prompts-json: " + e.Message, e);
        }
    }

    private static List<PromptRecord> ReadList(string file, string path, byte[] bytes, bool clean)
    {
        using JsonDocument document = JsonFile.Parse(path, bytes);
        if (document.RootElement.GetArrayLength() > MostPrompts)
        {
            throw TooMany(file);
        }
        return [.. document.RootElement.EnumerateArray().Select((item, i) => Record(item, clean, $"--prompts-json: {file}: entry {i}")
            ?? throw Wrong(file, $"entry {i} is neither a string nor an object with a \"{Field}\"; correct it"))];
    }

    private static List<PromptRecord> ReadLines(string file, byte[] bytes, bool clean)
    {
        List<PromptRecord> prompts = [];
        int number = 0;
        foreach (Range range in bytes.AsSpan().Split((byte)'\n'))
        {
            number++;
            byte[] line = bytes.AsSpan()[range].Trim("\uFEFF \t\r"u8).ToArray();
            if (line.Length == 0)
            {
                continue;
            }
            if (prompts.Count == MostPrompts)
            {
                throw TooMany(file);
            }
            try
            {
                using JsonDocument document = JsonFile.Parse(file, line);
                prompts.Add((document.RootElement.ValueKind == JsonValueKind.Object ? Record(document.RootElement, clean, $"--prompts-json: {file}: line {number}") : null)
                    ?? throw Wrong(file, $"line {number} has no \"{Field}\"; write one object with a prompt a line, or a list of strings"));
            }
            catch (ModelFileException e)
            {
                throw Wrong(file, $"line {number} is no JSON object; write one object with a prompt a line, or a list of strings", e);
            }
        }
        return prompts;
    }

    private static PromptRecord? Record(JsonElement item, bool clean, string place)
    {
        bool isObject = item.ValueKind == JsonValueKind.Object;
        JsonElement text = isObject && item.TryGetProperty(Field, out JsonElement field) ? field : item;
        return text.ValueKind == JsonValueKind.String ? new PromptRecord(PromptLength.Require(text.GetString()!, clean, place), Line(item)) : null;
    }

    // One line whatever the file has; numbers keep their digits.
    private static string Line(JsonElement item)
    {
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter json = new(line, Options))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                item.WriteTo(json);
            }
            else
            {
                json.WriteStartObject();
                json.WriteString(Field, item.GetString());
                json.WriteEndObject();
            }
        }
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    private static InvalidRequestException TooMany(string file) => Wrong(file, $"has more than {MostPrompts} prompts; split it");

    private static InvalidRequestException Wrong(string file, string problem, Exception? inner = null) => new($"--prompts-json: {file}: {problem}", inner);
}
