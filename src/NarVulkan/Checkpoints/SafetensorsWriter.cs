using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Writes the safetensors format. Tensors whose bytes fill whole lines of 64 come first and every element lies at a multiple of its size,
/// so that a reader may use the mapped file as it is. Format: https://huggingface.co/docs/safetensors (format section).
/// </summary>
internal static class SafetensorsWriter
{
    public const string MetadataName = "__metadata__";
    private const int Alignment = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="stream">Where to.</param>
    /// <param name="metadata">Texts about the file, for those who read it.</param>
    /// <param name="tensors">What to write; names must differ.</param>
    /// <param name="written">Told of every piece of data that was written, in bytes.</param>
    /// <exception cref="FormatException">The header would be longer than the format allows, or a name is not one that it can have.</exception>
    public static void Write(Stream stream, IReadOnlyDictionary<string, string> metadata, IEnumerable<StoredTensor> tensors, Action<int> written)
    {
        List<StoredTensor> ordered = [.. tensors
            .OrderBy(tensor => tensor.ByteLength % Alignment != 0)
            .ThenByDescending(tensor => tensor.Type.ByteSize())
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        stream.Write(Header(metadata, ordered));
        foreach (StoredTensor tensor in ordered)
        {
            long expected = tensor.ByteLength;
            tensor.Write(bytes =>
            {
                stream.Write(bytes);
                expected -= bytes.Length;
                written(bytes.Length);
            });
            if (expected != 0)
            {
                throw new InvalidOperationException($"tensor {tensor.Name} wrote {expected} bytes less than it has");
            }
        }
    }

    private static byte[] Header(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StoredTensor> tensors)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataName);
            foreach ((string key, string value) in metadata)
            {
                json.WriteString(key, value);
            }
            json.WriteEndObject();
            long begin = 0;
            foreach (StoredTensor tensor in tensors)
            {
                if (tensor.Name == MetadataName)
                {
                    throw new FormatException($"has a tensor named {MetadataName}, which safetensors cannot hold");
                }
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.SafetensorsName());
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(begin += tensor.ByteLength);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Padded by spaces, as the format allows, so that the data starts at a multiple of 64.
        int length = (sizeof(long) + text.WrittenCount + Alignment - 1) / Alignment * Alignment - sizeof(long);
        if (length > SafetensorsReader.LongestHeader)
        {
            throw new FormatException($"would have a header of {length} bytes, more than safetensors allows");
        }
        byte[] header = new byte[sizeof(long) + length];
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        header.AsSpan(sizeof(long)).Fill((byte)' ');
        text.WrittenSpan.CopyTo(header.AsSpan(sizeof(long)));
        return header;
    }
}
