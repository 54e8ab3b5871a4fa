using System.Text.Json;
using System.Text.Unicode;

namespace NarVulkan.Checkpoints;

/// <summary>Reads JSON files that users or strangers wrote.</summary>
internal static class JsonFile
{
    /// <summary>
    /// Names, values and brackets of one file, which the parser keeps 12 bytes of each of: what makes a short text large in memory. An index of a
    /// million tensors has two million.
    /// </summary>
    public const int MostParts = (1 << 21) + 1024;

    private const int Deepest = 32;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = Deepest,
    };

    private static readonly JsonReaderOptions ReaderOptions = new()
    {
        AllowTrailingCommas = Options.AllowTrailingCommas,
        CommentHandling = Options.CommentHandling,
        MaxDepth = Deepest,
    };

    /// <param name="path">The file.</param>
    /// <param name="longest">Refuse files of more bytes.</param>
    /// <param name="mostParts">Refuse files of more names, values and brackets.</param>
    /// <exception cref="ModelFileException">The file is missing, unreadable, too long or not JSON; the message has line and column.</exception>
    public static JsonDocument Read(string path, int longest, int mostParts = MostParts)
    {
        using MappedFile file = MappedFile.Open(path);
        if (file.Length > longest)
        {
            throw new ModelFileException(path, $"has {file.Length} bytes, but a file of this kind has at most {longest}; is it the right one?");
        }
        return Parse(path, file.Slice(0, (int)file.Length).ToArray(), mostParts);
    }

    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">Its contents.</param>
    /// <param name="mostParts">As for <see cref="Read"/>.</param>
    /// <exception cref="ModelFileException">They are not JSON, or too much of it; the message has line and column.</exception>
    public static JsonDocument Parse(string path, byte[] bytes, int mostParts = MostParts)
    {
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        try
        {
            Check(path, text.Span, mostParts);
            return JsonDocument.Parse(text, Options);
        }
        catch (InvalidOperationException e)
        {
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

    /// <summary>What is checked before anything is made of the text: that it is JSON, how much of it there is, and that every string can be decoded, so that nobody later meets one that cannot.</summary>
    private static void Check(string path, ReadOnlySpan<byte> text, int mostParts)
    {
        Utf8JsonReader json = new(text, ReaderOptions);
        for (int parts = 0; json.Read(); parts++)
        {
            if (parts == mostParts)
            {
                throw new ModelFileException(path, $"has more than {mostParts} names and values, which a file of this kind never has; is it the right one?");
            }
            if (json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && (json.ValueIsEscaped || !Utf8.IsValid(json.ValueSpan)))
            {
                // Throws for what is no text.
                _ = json.GetString();
            }
        }
    }
}
