using System.Buffers.Binary;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Output;

/// <summary>
/// The bytes of a NumPy <c>.npz</c> file that holds one uint8 array, <c>arr_0</c>: what comes before and after the array, which lies
/// in it as it is. The same bytes as <c>numpy.savez(file, array)</c> writes: stored, not compressed; times fixed; ZIP64 (APPNOTE 4.5)
/// where the sizes need it, and always in the local header, so that the array begins at the same place whatever its size.
/// </summary>
internal sealed class NpzLayout
{
    private const string EntryName = "arr_0.npy";

    private const uint LocalSignature = 0x04034b50, CentralSignature = 0x02014b50, EndSignature = 0x06054b50;
    private const uint End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;

    private const ushort WithZip64 = 45, Zip64Field = 1, MadeOnUnix = 3 << 8;

    // 1 January 1980: the first day that a ZIP file knows.
    private const ushort Date = 1 << 5 | 1;

    private const uint OwnerReadsAndWrites = 0b110_000_000u << 16;

    // Python's zipfile goes over to ZIP64 at 2 GiB.
    private const long LongestPlain = int.MaxValue;

    private const int LocalHeaderBytes = 30, Zip64Bytes = 20, CrcOffset = 14;

    private readonly byte[] arrayHeader;

    /// <param name="shape">The array's shape, its first size the number of samples.</param>
    public NpzLayout(IReadOnlyList<int> shape)
    {
        Shape = shape;
        arrayHeader = NpyHeader.Create(NpyType.UInt8, shape.ToArray());
        SampleBytes = shape.Skip(1).Aggregate(1L, (bytes, size) => checked(bytes * size));
        DataBytes = checked(SampleBytes * shape[0]);
    }

    public IReadOnlyList<int> Shape { get; }

    /// <summary>Bytes of one sample.</summary>
    public long SampleBytes { get; }

    /// <summary>Bytes of the array.</summary>
    public long DataBytes { get; }

    /// <summary>Where the array begins in the file.</summary>
    public long DataOffset => LocalHeaderBytes + EntryName.Length + Zip64Bytes + arrayHeader.Length;

    /// <summary>Checksum of the entry before the first byte of the array: that of the array's own header.</summary>
    public uint InitialCrc => Crc32.Append(0, arrayHeader);

    private long EntryBytes => arrayHeader.Length + DataBytes;

    /// <summary>What comes before the array.</summary>
    /// <param name="crc">Checksum of the array's header and the array; any value while it is not known yet.</param>
    public byte[] Head(uint crc)
    {
        ZipRecord record = new();
        record.Add(LocalSignature).Add(WithZip64).Add((ushort)0).Add((ushort)0).Add((ushort)0).Add(Date);
        record.Add(crc).Add(uint.MaxValue).Add(uint.MaxValue).Add((ushort)EntryName.Length).Add((ushort)Zip64Bytes).Add(EntryName);
        record.Add(Zip64Field).Add((ushort)(2 * sizeof(long))).Add(EntryBytes).Add(EntryBytes);
        return record.Add(arrayHeader).ToArray();
    }

    /// <summary>What comes after the array: the ZIP file's directory.</summary>
    /// <param name="crc">Checksum of the array's header and the array.</param>
    public byte[] Tail(uint crc)
    {
        bool large = EntryBytes > LongestPlain;
        ZipRecord directory = new();
        directory.Add(CentralSignature).Add((ushort)(MadeOnUnix | WithZip64)).Add(WithZip64).Add((ushort)0).Add((ushort)0).Add((ushort)0).Add(Date).Add(crc);
        directory.Add(large ? uint.MaxValue : (uint)EntryBytes).Add(large ? uint.MaxValue : (uint)EntryBytes);
        directory.Add((ushort)EntryName.Length).Add((ushort)(large ? Zip64Bytes : 0)).Add((ushort)0).Add((ushort)0).Add((ushort)0);
        directory.Add(OwnerReadsAndWrites).Add(0u).Add(EntryName);
        if (large)
        {
            directory.Add(Zip64Field).Add((ushort)(2 * sizeof(long))).Add(EntryBytes).Add(EntryBytes);
        }
        int directoryBytes = directory.Length;
        long directoryOffset = DataOffset + DataBytes;
        bool far = directoryOffset > LongestPlain;
        if (far)
        {
            long end64Offset = directoryOffset + directoryBytes;
            directory.Add(End64Signature).Add(44L).Add(WithZip64).Add(WithZip64).Add(0u).Add(0u).Add(1L).Add(1L).Add((long)directoryBytes).Add(directoryOffset);
            directory.Add(Locator64Signature).Add(0u).Add(end64Offset).Add(1u);
        }
        directory.Add(EndSignature).Add((ushort)0).Add((ushort)0).Add((ushort)1).Add((ushort)1).Add((uint)directoryBytes);
        return directory.Add((uint)Math.Min(directoryOffset, uint.MaxValue)).Add((ushort)0).ToArray();
    }

    /// <summary>Sets the checksum in bytes of <see cref="Head"/> to 0.</summary>
    public static void ClearCrc(Span<byte> head) => head.Slice(CrcOffset, sizeof(uint)).Clear();

    /// <summary>Puts the checksum, once it is known, where <see cref="Head"/> has it. The position is left behind it.</summary>
    public static void WriteCrc(Stream stream, uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, crc);
        stream.Position = CrcOffset;
        stream.Write(bytes);
    }
}
