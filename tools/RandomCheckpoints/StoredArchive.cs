using System.Buffers.Binary;
using System.Text;
using NarVulkan.Cli.Media;

namespace NarVulkan.RandomCheckpoints;

/// <summary>
/// A zip archive of stored entries as <c>torch.save</c> writes them: the bytes of each begin at a multiple of 64, filled up by an extra field, and
/// offsets beyond 4 GiB are in zip64 fields. Format: PKWARE's APPNOTE, 4.3 and 4.5.3.
/// </summary>
internal sealed class StoredArchive(FileStream file)
{
    private const int Alignment = 64, LocalHeader = 30, ExtraHeader = 4;
    private const uint ToZip64 = uint.MaxValue;

    private readonly MemoryStream directory = new();
    private long count;

    /// <summary>Adds an entry of at most 4 GiB; its bytes are written by <paramref name="write"/>, piece by piece.</summary>
    public void Add(string name, long length, Action<Action<ReadOnlyMemory<byte>>> write)
    {
        if (length >= ToZip64)
        {
            throw new ArgumentException($"{name} has {length} bytes; an entry of this writer has less than 4 GiB", nameof(length));
        }
        long start = file.Position;
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        int padding = (int)(-(start + LocalHeader + nameBytes.Length + ExtraHeader) & (Alignment - 1));
        byte[] header = new byte[LocalHeader + nameBytes.Length + ExtraHeader + padding];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(18), (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(22), (uint)length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)nameBytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)(ExtraHeader + padding));
        nameBytes.CopyTo(header, LocalHeader);
        // The tag that PyTorch fills up with.
        "FB"u8.CopyTo(header.AsSpan(LocalHeader + nameBytes.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(LocalHeader + nameBytes.Length + 2), (ushort)padding);
        file.Write(header);
        uint crc = 0;
        long written = 0;
        write(bytes =>
        {
            file.Write(bytes.Span);
            crc = Crc32.Append(crc, bytes.Span);
            written += bytes.Length;
        });
        if (written != length)
        {
            throw new InvalidOperationException($"{name} wrote {written} bytes of {length}");
        }
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, crc);
        RandomAccess.Write(file.SafeFileHandle, checksum, start + 14);
        WriteEntry(nameBytes, crc, (uint)length, start);
        count++;
    }

    /// <summary>Ends the archive.</summary>
    public void Finish()
    {
        long start = file.Position;
        directory.WriteTo(file);
        long end = file.Position;
        Span<byte> tail = stackalloc byte[56 + 20 + 22];
        tail.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(tail, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(tail[4..], 44);
        BinaryPrimitives.WriteInt64LittleEndian(tail[24..], count);
        BinaryPrimitives.WriteInt64LittleEndian(tail[32..], count);
        BinaryPrimitives.WriteInt64LittleEndian(tail[40..], directory.Length);
        BinaryPrimitives.WriteInt64LittleEndian(tail[48..], start);
        Span<byte> locator = tail[56..];
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], end);
        BinaryPrimitives.WriteInt32LittleEndian(locator[16..], 1);
        Span<byte> last = locator[20..];
        BinaryPrimitives.WriteUInt32LittleEndian(last, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(last[8..], (ushort)Math.Min(count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(last[10..], (ushort)Math.Min(count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(last[12..], (uint)Math.Min(directory.Length, ToZip64));
        BinaryPrimitives.WriteUInt32LittleEndian(last[16..], (uint)Math.Min(start, ToZip64));
        file.Write(tail);
    }

    private void WriteEntry(byte[] name, uint crc, uint length, long start)
    {
        // PyTorch's reader takes a number for one that lies in a zip64 field only where the archive is that long.
        bool isFar = start >= ToZip64;
        Span<byte> entry = stackalloc byte[46 + 12];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[28..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[30..], (ushort)(isFar ? 12 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], isFar ? ToZip64 : (uint)start);
        Span<byte> extra = entry[46..];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(extra[4..], start);
        directory.Write(entry[..46]);
        directory.Write(name);
        directory.Write(isFar ? extra : []);
    }
}
