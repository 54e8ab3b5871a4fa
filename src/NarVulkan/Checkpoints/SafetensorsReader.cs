using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace NarVulkan.Checkpoints;

/// <summary>
/// The safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes without gaps or overlaps.
/// Format: https://huggingface.co/docs/safetensors (format section).
/// </summary>
internal static class SafetensorsReader
{
    /// <summary>The limit of the reference implementation.</summary>
    public const long LongestHeader = 100_000_000;

    /// <exception cref="ModelFileException">The header is not what the format asks for, or disagrees with the file's length.</exception>
    public static WeightFileContents Read(MappedFile file)
    {
        if (file.Length < 8)
        {
            throw Wrong(file, "is too short for a safetensors file");
        }
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, 8));
        if (length > (ulong)(file.Length - 8))
        {
            throw Wrong(file, $"its header claims {length} bytes, but the file has {file.Length}: it is truncated");
        }
        if (length > LongestHeader)
        {
            throw Wrong(file, $"its header claims {length} bytes, more than the {LongestHeader} that the format allows");
        }
        ReadOnlySpan<byte> header = file.Slice(8, (int)length);
        if (!Utf8.IsValid(header))
        {
            throw Wrong(file, "its header is not UTF-8");
        }
        long dataStart = 8 + (long)length;
        WeightFileContents contents = new(PlainValues.Empty);
        List<(long Begin, long End, string Name)> ranges = [];
        try
        {
            ReadHeader(file, header, dataStart, contents, ranges);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair in a string.
            throw new ModelFileException(file.Path, "its header is not valid JSON; download or convert it again", e);
        }
        RefuseGaps(file, ranges, file.Length - dataStart);
        if (contents.Metadata.TryGetValue(SettingsText.Key, out string? settings))
        {
            try
            {
                contents.Hyperparameters = SettingsText.Read(settings);
            }
            catch (FormatException e)
            {
                throw Wrong(file, e.Message);
            }
        }
        return contents;
    }

    private static void ReadHeader(
        MappedFile file, ReadOnlySpan<byte> header, long dataStart, WeightFileContents contents, List<(long, long, string)> ranges)
    {
        Utf8JsonReader json = new(header, new JsonReaderOptions { MaxDepth = 8 });
        json.Read();
        Expect(file, in json, JsonTokenType.StartObject, "the header");
        bool hasMetadata = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (name != SafetensorsWriter.MetadataName)
            {
                ReadTensor(file, ref json, name, dataStart, contents, ranges);
                continue;
            }
            if (hasMetadata)
            {
                throw Wrong(file, "__metadata__ occurs twice");
            }
            hasMetadata = true;
            ReadMetadata(file, ref json, contents.Metadata);
        }
        // White space may pad the header; the reader throws at anything else.
        json.Read();
    }

    private static void ReadMetadata(MappedFile file, ref Utf8JsonReader json, Dictionary<string, string> metadata)
    {
        Expect(file, in json, JsonTokenType.StartObject, "__metadata__");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            Expect(file, in json, JsonTokenType.String, "an entry of __metadata__");
            if (!metadata.TryAdd(key, json.GetString()!))
            {
                throw Wrong(file, $"'{key}' occurs twice in __metadata__");
            }
        }
    }

    private static void ReadTensor(
        MappedFile file, ref Utf8JsonReader json, string name, long dataStart,
        WeightFileContents contents, List<(long, long, string)> ranges)
    {
        Expect(file, in json, JsonTokenType.StartObject, $"tensor {name}");
        string? typeName = null;
        long[]? shape = null;
        long[]? range = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            switch (key)
            {
                case "dtype" when typeName is null:
                    Expect(file, in json, JsonTokenType.String, $"dtype of tensor {name}");
                    typeName = json.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(file, ref json, $"shape of tensor {name}", TensorLayout.MostDimensions);
                    break;
                case "data_offsets" when range is null:
                    range = ReadNumbers(file, ref json, $"data_offsets of tensor {name}", 2);
                    break;
                default:
                    throw Wrong(file, $"tensor {name} has a second or unknown field '{key}'");
            }
        }
        if (typeName is null || shape is null || range is not [var begin, var end])
        {
            throw Wrong(file, $"tensor {name} lacks its dtype, shape or two data_offsets");
        }
        if (WeightTypes.FromSafetensors(typeName) is not { } type)
        {
            throw new ModelFileException(file.Path, $"tensor {name} has dtype {typeName}, which is not supported; convert it to F32, F16 or BF16");
        }
        if (TensorLayout.CountElements(shape) is not { } count)
        {
            throw Wrong(file, $"tensor {name} has an impossible shape [{string.Join(", ", shape)}]");
        }
        if (begin < 0 || end < begin || end > file.Length - dataStart)
        {
            throw Wrong(file, $"tensor {name} lies at bytes {begin} to {end} of {file.Length - dataStart}: the file is truncated or damaged");
        }
        if ((Int128)count * type.ByteSize() != end - begin)
        {
            throw Wrong(file, $"tensor {name} of {count} {type} does not fill its {end - begin} bytes");
        }
        ranges.Add((begin, end, name));
        contents.Add(new FileTensor(file, name, type, TensorLayout.RowMajor([.. shape], count), dataStart + begin), file.Path);
    }

    private static long[] ReadNumbers(MappedFile file, ref Utf8JsonReader json, string what, int most)
    {
        Expect(file, in json, JsonTokenType.StartArray, what);
        List<long> numbers = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || numbers.Count == most)
            {
                throw Wrong(file, $"{what} is not a list of at most {most} whole numbers");
            }
            numbers.Add(number);
        }
        return [.. numbers];
    }

    // The format asks that the tensors fill the rest of the file exactly, so that nothing can hide between them.
    private static void RefuseGaps(MappedFile file, List<(long Begin, long End, string Name)> ranges, long dataLength)
    {
        // By the bytes alone: of empty tensors all lie at the same place, and comparing their names takes seconds.
        ranges.Sort(static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long position = 0;
        foreach ((long begin, long end, string name) in ranges)
        {
            if (begin != position)
            {
                throw Wrong(file, $"tensor {name} {(begin < position ? "overlaps the one before it" : "leaves a gap before it")}");
            }
            position = end;
        }
        if (position != dataLength)
        {
            throw Wrong(file, $"{dataLength - position} bytes after the last tensor belong to none");
        }
    }

    private static void Expect(MappedFile file, in Utf8JsonReader json, JsonTokenType type, string what)
    {
        if (json.TokenType != type)
        {
            throw Wrong(file, $"{what} is a {json.TokenType}, but a {type} is expected");
        }
    }

    private static ModelFileException Wrong(MappedFile file, string what)
        => new(file.Path, $"{what}; download or convert it again");
}
