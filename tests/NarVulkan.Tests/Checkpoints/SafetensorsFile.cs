using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Safetensors files for tests: any header, any data.</summary>
internal static class SafetensorsFile
{
    public static byte[] Create(string header, int dataLength, ulong? headerLength = null)
        => Create(Encoding.UTF8.GetBytes(header), new byte[dataLength], headerLength);

    public static byte[] Create(byte[] header, byte[] data, ulong? headerLength = null)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, headerLength ?? (ulong)header.Length);
        return [.. length, .. header, .. data];
    }

    /// <summary>A file of zeros with these names and shapes, in float16.</summary>
    public static byte[] OfShapes(IEnumerable<(string Name, long[] Shape)> tensors)
    {
        List<string> entries = [];
        long end = 0;
        foreach ((string name, long[] shape) in tensors)
        {
            long begin = end;
            end += shape.Aggregate(2L, (bytes, size) => bytes * size);
            entries.Add($$"""  "{{name}}": {"dtype": "F16", "shape": [{{string.Join(", ", shape)}}], "data_offsets": [{{begin}}, {{end}}] }""");
        }
        return Create($"{{{string.Join(",\n", entries)}}}", checked((int)end));
    }
}
