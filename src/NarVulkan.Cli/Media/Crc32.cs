using System.Buffers.Binary;

namespace NarVulkan.Cli.Media;

/// <summary>The CRC-32 of PNG and ZIP (ISO 3309), eight bytes at a time, so that checking an array does not take longer than writing it.</summary>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The checksum of data that follows what <paramref name="crc"/> is the checksum of; 0 to begin with.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        for (; data.Length >= Slices; data = data[Slices..])
        {
            uint low = state ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = Tables[7][(byte)low] ^ Tables[6][(byte)(low >> 8)] ^ Tables[5][(byte)(low >> 16)] ^ Tables[4][low >> 24]
                ^ Tables[3][(byte)high] ^ Tables[2][(byte)(high >> 8)] ^ Tables[1][(byte)(high >> 16)] ^ Tables[0][high >> 24];
        }
        foreach (byte b in data)
        {
            state = Tables[0][(byte)(state ^ b)] ^ (state >> 8);
        }
        return ~state;
    }

    // Table s: what a byte does to the state once s further bytes have passed.
    private static uint[][] MakeTables()
    {
        uint[][] tables = new uint[Slices][];
        for (int s = 0; s < Slices; s++)
        {
            tables[s] = new uint[256];
            for (uint n = 0; n < 256; n++)
            {
                uint c = s == 0 ? n : tables[s - 1][n];
                for (int k = 0; k < 8; k++)
                {
                    c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
                }
                tables[s][n] = c;
            }
        }
        return tables;
    }
}
