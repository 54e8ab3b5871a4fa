using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Finds where the entries of a zip archive lie, so that they can be used in place. Only what PyTorch writes: stored entries,
/// with zip64 fields where a size needs them. Every number is checked before use; nothing is unpacked.
/// Format: PKWARE APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.
/// </summary>
internal static class ZipDirectory
{
    private const int EndSize = 22;
    private const int LongestComment = 65535;
    private const int Zip64LocatorSize = 20;
    private const int Zip64EndSize = 56;
    private const int HeaderSize = 46;
    private const int LocalHeaderSize = 30;
    private const ushort Zip64Field = 1;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ModelFileException">The archive is truncated, inconsistent, encrypted or compressed.</exception>
    public static Dictionary<string, ZipEntry> Read(MappedFile file)
    {
        (long start, long length, long count, long end) = FindDirectory(file);
        // The smallest header is 46 bytes, so the count cannot make us allocate more than the file justifies.
        if (start < 0 || length < 0 || start > end - length || count < 0 || count > length / HeaderSize)
        {
            throw Damaged(file, $"its directory ({count} entries, {length} bytes at {start}) does not fit in the file");
        }
        Dictionary<string, ZipEntry> entries = new((int)Math.Min(count, int.MaxValue), StringComparer.Ordinal);
        long position = start;
        for (long i = 0; i < count; i++)
        {
            ZipEntry entry = ReadEntry(file, ref position, start + length, start);
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw Damaged(file, $"two entries are named '{entry.Name}'");
            }
        }
        RefuseOverlaps(file, entries.Values);
        return entries;
    }

    private static (long Start, long Length, long Count, long End) FindDirectory(MappedFile file)
    {
        long end = FindEnd(file);
        ReadOnlySpan<byte> record = file.Slice(end, EndSize);
        uint disk = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
        uint count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        long locator = end - Zip64LocatorSize;
        if (locator < 0 || BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(locator, 4)) != 0x07064b50)
        {
            return disk is 0 or 0xFFFF ? (start, length, count, end) : throw Damaged(file, "it is one part of several");
        }
        long end64 = BinaryPrimitives.ReadInt64LittleEndian(file.Slice(locator + 8, 8));
        if (end64 < 0 || end64 > locator - Zip64EndSize
            || BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(end64, 4)) != 0x06064b50)
        {
            throw Damaged(file, "its zip64 end record is not where it should be");
        }
        ReadOnlySpan<byte> record64 = file.Slice(end64, Zip64EndSize);
        return (
            BinaryPrimitives.ReadInt64LittleEndian(record64[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(record64[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(record64[32..]),
            end64);
    }

    private static long FindEnd(MappedFile file)
    {
        if (file.Length < EndSize)
        {
            throw Truncated(file);
        }
        int tailLength = (int)Math.Min(file.Length, EndSize + LongestComment);
        ReadOnlySpan<byte> tail = file.Slice(file.Length - tailLength, tailLength);
        for (int i = tailLength - EndSize; i >= 0; i--)
        {
            // The comment must end where the file ends; otherwise the signature is chance.
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[i..]) == 0x06054b50
                && BinaryPrimitives.ReadUInt16LittleEndian(tail[(i + 20)..]) == tailLength - i - EndSize)
            {
                return file.Length - tailLength + i;
            }
        }
        throw Truncated(file);
    }

    private static ZipEntry ReadEntry(MappedFile file, ref long position, long end, long dataEnd)
    {
        if (position > end - HeaderSize)
        {
            throw Damaged(file, "its directory ends in the middle of an entry");
        }
        ReadOnlySpan<byte> header = file.Slice(position, HeaderSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x02014b50)
        {
            throw Damaged(file, $"its directory is broken at byte {position}");
        }
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        ushort method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        long local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        position += HeaderSize;
        if (position > end - nameLength - extraLength - commentLength)
        {
            throw Damaged(file, "its directory ends in the middle of an entry");
        }
        ReadOnlySpan<byte> nameBytes = file.Slice(position, nameLength);
        string name = DecodeName(file, nameBytes);
        ReadZip64(file, name, file.Slice(position + nameLength, extraLength), ref length, ref packed, ref local);
        position += nameLength + extraLength + commentLength;
        if ((flags & 1) != 0)
        {
            throw Damaged(file, $"entry '{name}' is encrypted");
        }
        if (method != 0 || packed != length)
        {
            throw new ModelFileException(
                file.Path, $"zip entry '{name}' is compressed, but PyTorch stores its entries plain; save the checkpoint again with torch.save");
        }
        return new ZipEntry(name, FindData(file, name, nameBytes, local, length, dataEnd), length);
    }

    // Fields of 0xFFFFFFFF in the header are replaced, in this order, by 64-bit ones from the extra field.
    private static void ReadZip64(MappedFile file, string name, ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                throw Damaged(file, $"the extra field of entry '{name}' is cut short");
            }
            if (id == Zip64Field)
            {
                ReadOnlySpan<byte> field = extra.Slice(4, size);
                bool complete = Widen(ref length, ref field) && Widen(ref packed, ref field) && Widen(ref local, ref field);
                if (!complete)
                {
                    throw Damaged(file, $"the zip64 field of entry '{name}' is cut short");
                }
            }
            extra = extra[(4 + size)..];
        }
    }

    private static bool Widen(ref long value, ref ReadOnlySpan<byte> field)
    {
        if (value != uint.MaxValue)
        {
            return true;
        }
        if (field.Length < 8)
        {
            return false;
        }
        value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return true;
    }

    // The local header repeats the name and has its own, usually longer, extra field: PyTorch pads there to align the data.
    private static long FindData(MappedFile file, string name, ReadOnlySpan<byte> nameBytes, long local, long length, long dataEnd)
    {
        if (local < 0 || length < 0 || local > dataEnd - LocalHeaderSize)
        {
            throw Damaged(file, $"entry '{name}' lies outside of the file");
        }
        ReadOnlySpan<byte> header = file.Slice(local, LocalHeaderSize);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        long start = local + LocalHeaderSize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034b50 || start > dataEnd
            || !file.Slice(local + LocalHeaderSize, nameLength).SequenceEqual(nameBytes))
        {
            throw Damaged(file, $"entry '{name}' is not where the directory says");
        }
        if (length > dataEnd - start)
        {
            throw Damaged(file, $"entry '{name}' lies outside of the file");
        }
        return start;
    }

    private static void RefuseOverlaps(MappedFile file, IEnumerable<ZipEntry> entries)
    {
        long end = 0;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.DataStart).ThenBy(entry => entry.Length))
        {
            if (entry.DataStart < end && entry.Length > 0)
            {
                throw Damaged(file, $"entry '{entry.Name}' overlaps the one before it");
            }
            end = Math.Max(end, entry.DataStart + entry.Length);
        }
    }

    private static string DecodeName(MappedFile file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelFileException(file.Path, "damaged zip archive: an entry's name is not UTF-8; download or copy it again", e);
        }
    }

    private static ModelFileException Damaged(MappedFile file, string what)
        => new(file.Path, $"damaged zip archive: {what}; download or copy it again");

    private static ModelFileException Truncated(MappedFile file)
        => new(file.Path, "truncated: the zip archive has no end record; download or copy it again");
}
