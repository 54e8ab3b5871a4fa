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
}
