using System.IO.Compression;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class HostileZipTests
{
    private static readonly byte[] Pickle = new PickleWriter().Op('}').ToArray();

    [Fact]
    public void Open_NoEndRecord_IsRefused() => HostileFile.IsRefused(Archive().ToArray()[..^1], "truncated: the zip archive has no end record");

    [Fact]
    public void Open_OnlyAMagic_IsRefused() => HostileFile.IsRefused([.. "PK"u8, 3, 4], "no end record");

    [Fact]
    public void Open_DirectoryBeyondTheFile_IsRefused() => HostileFile.IsRefused(Archive().ToArray(directoryStart: 100_000), "does not fit in the file");

    [Fact]
    public void Open_DirectoryLongerThanTheFile_IsRefused() => HostileFile.IsRefused(Archive().ToArray(directoryLength: 100_000), "does not fit in the file");

    [Fact]
    public void Open_MoreEntriesThanTheDirectoryHolds_IsRefused() => HostileFile.IsRefused(Archive().ToArray(entryCount: 60_000), "60000 entries");

    [Fact]
    public void Open_EntryMissingFromTheDirectory_IsRefused()
    {
        ZipWriter zip = Archive();
        int start = (int)zip.Position;
        HostileFile.IsRefused(zip.ToArray(directoryStart: (uint)start + 1, directoryLength: 50), "its directory is broken");
    }

    [Fact]
    public void Open_NameCutByTheDirectorysEnd_IsRefused()
        => HostileFile.IsRefused(Archive().ToArray(directoryLength: 50), "ends in the middle of an entry");

    [Fact]
    public void Open_CompressedEntry_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, method: 8).ToArray(), "'m/data.pkl' is compressed");

    [Fact]
    public void Open_SizesThatDiffer_AreRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, packed: 1).ToArray(), "'m/data.pkl' is compressed");

    [Fact]
    public void Open_EncryptedEntry_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, flags: 1).ToArray(), "encrypted");

    [Fact]
    public void Open_TwoEntriesOfOneName_AreRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle).Add("m/data.pkl", Pickle).ToArray(), "two entries are named 'm/data.pkl'");

    [Fact]
    public void Open_EntryBeyondTheFile_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, packed: 5000, length: 5000).ToArray(), "'m/data.pkl' lies outside of the file");

    [Fact]
    public void Open_EntryStartingBeyondTheFile_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, local: 5000).ToArray(), "'m/data.pkl' lies outside of the file");

    [Fact]
    public void Open_EntryWhereNoneIs_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, local: 3).ToArray(), "is not where the directory says");

    [Fact]
    public void Open_LocalNameThatDiffers_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, localName: "m/data.pkm").ToArray(), "is not where the directory says");

    [Fact]
    public void Open_OverlappingEntries_AreRefused()
    {
        // The second entry's header lies inside of the first one's data.
        byte[] inner = new ZipWriter().Add("m/data/0", [1, 2, 3, 4]).ToArray();
        ZipWriter overlapping = new ZipWriter().Add("m/data/1", inner).Add("m/data/0", [1, 2, 3, 4], local: 30 + 8);
        HostileFile.IsRefused(overlapping.ToArray(), "overlaps the one before it");
    }

    [Fact]
    public void Open_ZipBomb_IsRefusedUnpacked()
    {
        // A hundred megabytes of zeros in a hundred kilobytes.
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(new byte[100 << 20]);
        }
        byte[] bomb = new ZipWriter().Add("m/data.pkl", Pickle).Add("m/data/0", packed.ToArray(), method: 8, length: 100 << 20).ToArray();
        Assert.InRange(bomb.Length, 1, 1 << 20);

        HostileFile.IsRefused(bomb, "'m/data/0' is compressed, but PyTorch stores its entries plain");
    }

    [Fact]
    public void Open_NameThatIsNotUtf8_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("", Pickle, rawName: [(byte)'m', 0xFF]).ToArray(), "name is not UTF-8");

    [Fact]
    public void Open_Zip64FieldCutShort_IsRefused()
        => HostileFile.IsRefused(
            new ZipWriter().Add("m/data.pkl", Pickle, packed: uint.MaxValue, length: uint.MaxValue, extra: ZipWriter.Zip64Field(7)).ToArray(),
            "zip64 field of entry 'm/data.pkl' is cut short");

    [Fact]
    public void Open_ExtraFieldLongerThanItself_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle, extra: [9, 0, 200, 0]).ToArray(), "extra field");

    [Fact]
    public void Open_Zip64SizeThatIsNegative_IsRefused()
        => HostileFile.IsRefused(
            new ZipWriter().Add("m/data.pkl", Pickle, packed: uint.MaxValue, length: uint.MaxValue, extra: ZipWriter.Zip64Field(-1, -1)).ToArray(),
            "lies outside of the file");

    [Fact]
    public void Open_NoPickleInside_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("readme.txt", "hello"u8).ToArray(), "a zip archive with no data.pkl is no PyTorch checkpoint");

    [Fact]
    public void Open_TwoPicklesInside_AreRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("a/data.pkl", Pickle).Add("b/data.pkl", Pickle).ToArray(), "more than one data.pkl");

    [Fact]
    public void Open_BigEndianArchive_IsRefused()
        => HostileFile.IsRefused(new ZipWriter().Add("m/data.pkl", Pickle).Add("m/byteorder", "big"u8).ToArray(), "not little-endian");

    [Fact]
    public void Open_Zip64Archive_IsRead()
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}').Text("w").Tensor("0", 2, [2], [1]).Op('s').ToArray();
        byte[] data = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40];
        byte[] contents = new ZipWriter()
            .Add("m/data.pkl", pickle, packed: uint.MaxValue, length: uint.MaxValue, extra: ZipWriter.Zip64Field(pickle.Length, pickle.Length))
            .Add("m/data/0", data)
            .ToArray(zip64: true);

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", contents));

        Assert.Equal([1f, 2f], file.Require("w", 2).ToFloats());
    }

    private static ZipWriter Archive() => new ZipWriter().Add("m/data.pkl", Pickle);
}
