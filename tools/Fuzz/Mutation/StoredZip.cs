using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Fuzz.Mutation;

/// <summary>The entries of a zip archive of stored entries, taken apart and put together again.</summary>
internal static class StoredZip
{
    /// <summary>The entries by their local headers, in order; empty where there are none.</summary>
    public static List<(string Name, byte[] Data)> Split(ReadOnlySpan<byte> zip)
    {
        List<(string, byte[])> entries = [];
        int directory = Directory(zip);
        for (int at = directory; at >= 0 && at + 46 <= zip.Length && BinaryPrimitives.ReadUInt32LittleEndian(zip[at..]) == 0x02014b50;)
        {
            ReadOnlySpan<byte> header = zip[at..];
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
            int next = at + 46 + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            if (next > zip.Length || local + 30 > zip.Length)
            {
                break;
            }
            long start = local + 30 + BinaryPrimitives.ReadUInt16LittleEndian(zip[((int)local + 26)..]) + BinaryPrimitives.ReadUInt16LittleEndian(zip[((int)local + 28)..]);
            if (start + length > zip.Length)
            {
                break;
            }
            entries.Add((Encoding.Latin1.GetString(header.Slice(46, nameLength)), zip.Slice((int)start, (int)length).ToArray()));
            at = next;
        }
        return entries;
    }

    /// <summary>An archive of these entries; a few fields of its headers lie where <paramref name="random"/> says so.</summary>
    public static byte[] Join(IReadOnlyList<(string Name, byte[] Data)> entries, FuzzRandom random)
    {
        using MemoryStream archive = new(), directory = new();
        bool lies = random.OneIn(5);
        foreach ((string name, byte[] data) in entries)
        {
            byte[] nameBytes = Encoding.Latin1.GetBytes(name);
            byte[] local = new byte[30], entry = new byte[46];
            BinaryPrimitives.WriteUInt32LittleEndian(local, 0x04034b50);
            BinaryPrimitives.WriteUInt16LittleEndian(local.AsSpan(26), (ushort)nameBytes.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(20), data.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(24), data.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(28), (ushort)nameBytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(42), (int)archive.Position);
            if (lies && random.OneIn(3))
            {
                byte[] header = random.OneIn(3) ? local : entry;
                BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(random.Below(header.Length - 4)), (int)Interesting.Number(random, archive.Position));
            }
            archive.Write(local);
            archive.Write(nameBytes);
            archive.Write(data);
            directory.Write(entry);
            directory.Write(nameBytes);
        }
        byte[] end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), (int)directory.Length);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), (int)archive.Length);
        if (lies && random.OneIn(3))
        {
            BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(4 + random.Below(end.Length - 8)), (int)Interesting.Number(random, archive.Length));
        }
        directory.WriteTo(archive);
        archive.Write(end);
        return archive.ToArray();
    }

    private static int Directory(ReadOnlySpan<byte> zip)
    {
        int end = zip.LastIndexOf("PK\u0005\u0006"u8);
        return end < 0 || end + 22 > zip.Length ? -1 : BinaryPrimitives.ReadInt32LittleEndian(zip[(end + 16)..]);
    }
}
