using System.Runtime.InteropServices;
using System.Text;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Safetensors files of values that tests make.</summary>
internal static class RandomSafetensors
{
    /// <summary>A float32 file of these tensors.</summary>
    public static byte[] Of(IEnumerable<(string Name, long[] Shape, float[] Values)> tensors)
    {
        var entries = new List<string>();
        var data = new List<byte>();
        foreach (var (name, shape, values) in tensors)
        {
            int begin = data.Count;
            data.AddRange(MemoryMarshal.AsBytes<float>(values));
            entries.Add($$"""  "{{name}}": {"dtype": "F32", "shape": [{{string.Join(", ", shape)}}], "data_offsets": [{{begin}}, {{data.Count}}] }""");
        }
        return SafetensorsFile.Create(Encoding.UTF8.GetBytes($"{{{string.Join(",", entries)}}}"), [.. data]);
    }

    /// <summary>A float32 file of normally distributed values.</summary>
    public static byte[] Normal(IEnumerable<KeyValuePair<string, long[]>> shapes, float deviation)
    {
        var random = new Random(5);
        return Of(shapes.Select(tensor => (tensor.Key, tensor.Value, RandomData.Normal(random, checked((int)tensor.Value.Aggregate(1L, (a, b) => a * b)), deviation))));
    }
}
