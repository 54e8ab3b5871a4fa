using System.Text;

namespace NarVulkan.Cli.Output;

/// <summary>Builds the records of a ZIP file: numbers in little-endian order, one after another.</summary>
internal sealed class ZipRecord
{
    private readonly List<byte> bytes = [];

    public int Length => bytes.Count;

    public ZipRecord Add(ushort value) => AddNumber(value, sizeof(ushort));

    public ZipRecord Add(uint value) => AddNumber(value, sizeof(uint));

    public ZipRecord Add(long value) => AddNumber((ulong)value, sizeof(long));

    public ZipRecord Add(string ascii) => Add(Encoding.ASCII.GetBytes(ascii));

    public ZipRecord Add(ReadOnlySpan<byte> data)
    {
        bytes.AddRange(data);
        return this;
    }

    public byte[] ToArray() => [.. bytes];

    private ZipRecord AddNumber(ulong value, int size)
    {
        for (int i = 0; i < size; i++)
        {
            bytes.Add((byte)(value >> (8 * i)));
        }
        return this;
    }
}
