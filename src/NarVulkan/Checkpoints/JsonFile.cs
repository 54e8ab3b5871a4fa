using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>Reads JSON files that users or strangers wrote.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 32,
    };

    /// <param name="path">The file.</param>
    /// <param name="longest">Refuse files of more bytes.</param>
    /// <exception cref="ModelFileException">The file is missing, unreadable, too long or not JSON; the message has line and column.</exception>
    public static JsonDocument Read(string path, int longest)
    {
        using MappedFile file = MappedFile.Open(path);
        if (file.Length > longest)
        {
            throw new ModelFileException(path, $"has {file.Length} bytes, but a file of this kind has at most {longest}; is it the right one?");
        }
        return Parse(path, file.Slice(0, (int)file.Length).ToArray());
    }

    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">Its contents.</param>
    /// <exception cref="ModelFileException">They are not JSON; the message has line and column.</exception>
    public static JsonDocument Parse(string path, byte[] bytes)
    {
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(text, Options);
            // Decodes every string once, here, so that nobody later meets one that is not valid text.
            PlainValues.FromJson(document.RootElement);
            return document;
        }
        catch (InvalidOperationException e)
        {
            document?.Dispose();
            throw new ModelFileException(path, "holds a string that is not valid UTF-8; save it again as UTF-8", e);
        }
        catch (JsonException e)
        {
            // The parser gives no line where it finds a field for the second time.
            throw new ModelFileException(path, e.LineNumber is { } line
                ? $"is not valid JSON at line {line + 1}, byte {e.BytePositionInLine + 1}; correct it there"
                : "is not valid JSON: a field occurs twice; remove one", e);
        }
    }
}
