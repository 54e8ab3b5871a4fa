using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Writes zip archives of stored entries byte by byte, so that a test can lie in any field.</summary>
internal sealed class ZipWriter
{
    private readonly MemoryStream archive = new();
    private readonly MemoryStream directory = new();
    private int count;

    /// <summary>Where the next entry's local header goes.</summary>
    public long Position => archive.Position;

    /// <summary>Adds an entry; the named fields override what its directory header says.</summary>
    public ZipWriter Add(
        string name, ReadOnlySpan<byte> data, ushort flags = 0, ushort method = 0, uint? packed = null, uint? length = null,
        uint? local = null, byte[]? rawName = null, byte[]? extra = null, string? localName = null)
    {
        long start = archive.Position;
        byte[] nameBytes = rawName ?? Encoding.UTF8.GetBytes(name);
        byte[] localNameBytes = localName is null ? nameBytes : Encoding.UTF8.GetBytes(localName);
        Span<byte> header = stackalloc byte[30];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(header[26..], (ushort)localNameBytes.Length);
        archive.Write(header);
        archive.Write(localNameBytes);
        archive.Write(data);

        Span<byte> entry = stackalloc byte[46];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[10..], method);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], packed ?? (uint)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], length ?? (uint)data.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[28..], (ushort)nameBytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[30..], (ushort)(extra?.Length ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], local ?? (uint)start);
        directory.Write(entry);
        directory.Write(nameBytes);
        directory.Write(extra);
        count++;
        return this;
    }

    /// <summary>The archive; the named fields override what its end record says.</summary>
    public byte[] ToArray(ushort? entryCount = null, uint? directoryLength = null, uint? directoryStart = null, bool zip64 = false)
    {
        using MemoryStream whole = new();
        archive.WriteTo(whole);
        directory.WriteTo(whole);
        if (zip64)
        {
            WriteZip64End(whole);
        }
        Span<byte> end = stackalloc byte[22];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], zip64 ? ushort.MaxValue : entryCount ?? (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], zip64 ? uint.MaxValue : directoryLength ?? (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], zip64 ? uint.MaxValue : directoryStart ?? (uint)archive.Length);
        whole.Write(end);
        return whole.ToArray();
    }

    /// <summary>An extra field with zip64 values.</summary>
    public static byte[] Zip64Field(params long[] values)
    {
        byte[] field = new byte[4 + values.Length * 8];
        BinaryPrimitives.WriteUInt16LittleEndian(field, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(field.AsSpan(2), (ushort)(values.Length * 8));
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(4 + i * 8), values[i]);
        }
        return field;
    }

    private void WriteZip64End(MemoryStream whole)
    {
        long end64 = whole.Position;
        Span<byte> record = stackalloc byte[56];
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], count);
        BinaryPrimitives.WriteInt64LittleEndian(record[40..], directory.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[48..], archive.Length);
        whole.Write(record);
        Span<byte> locator = stackalloc byte[20];
        locator.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], end64);
        whole.Write(locator);
    }
}
