using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>PyTorch checkpoints in the format from before 1.6, written byte by byte: oddities that are read, and lies that are refused.</summary>
public sealed class LegacyTorchTests
{
    private static readonly float[] Six = [0, 1, 2, 3, 4, 5];

    [Fact]
    public void Open_ViewOfAStorage_IsReadWhereItLies()
    {
        using TemporaryFolder folder = new();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", new LegacyTorchWriter().Add("0", Six).ToArray(LegacyTorchWriter.OneView(6, 1, 4))));

        Assert.Equal([1f, 2f, 3f, 4f], file.Require("w", 4).ToFloats());
    }

    [Fact]
    public void Open_NamesThatPython2Wrote_AreText()
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}').Raw((byte)'U', 1, (byte)'w').Tensor("0", 6, [6], [1]).Op('s').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", new LegacyTorchWriter().Add("0", Six).ToArray(pickle)));

        Assert.Equal(Six, file.Require("w", 6).ToFloats());
    }

    [Fact]
    public void Open_StorageOfAnUnreadableTypeBetween_IsSteppedOver()
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}')
            .Text("model").Op('}').Text("w").Tensor("0", 2, [2], [1]).Op('s').Op('s')
            .Text("phases").Tensor("c", 1, [1], [1], type: "ComplexFloatStorage").Op('s').ToArray();

        using WeightFile file = WeightFile.Open(
            folder.Write("a.pt", new LegacyTorchWriter().Add("c", [7, 8], count: 1).Add("0", [1, 2]).ToArray(pickle)));

        Assert.Equal([1f, 2f], file.Require("w", 2).ToFloats());
    }

    [Theory]
    [InlineData(5, 1, 4, "with 5 F32, but it has 24 bytes")]
    [InlineData(6, 3, 4, "views 4 elements from 3 of storage 0, which has 6")]
    [InlineData(6, -1, 4, "views 4 elements from -1")]
    [InlineData(6, 0, -4, "views -4 elements from 0")]
    [InlineData(6, long.MaxValue, 4, "views 4 elements from 9223372036854775807")]
    [InlineData(6, 1, long.MaxValue, "views 9223372036854775807 elements from 1")]
    [InlineData(6, 1, 3, "claims 4 elements, but its storage has 3")]
    public void Open_ViewBeyondItsStorage_IsRefused(long elements, long offset, long viewElements, string problem)
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).ToArray(LegacyTorchWriter.OneView(elements, offset, viewElements)), problem);

    [Theory]
    [InlineData(7, "claims 7 elements of 4 bytes, but 24 bytes are left")]
    [InlineData(-1, "claims -1 elements")]
    [InlineData(long.MaxValue, "claims 9223372036854775807 elements")]
    [InlineData(1L << 62, "claims 4611686018427387904 elements")]
    [InlineData(5, "needs storage 0 with 6 F32, but it has 20 bytes")]
    public void Open_StorageOfAnotherLength_IsRefused(long count, string problem)
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six, count).ToArray(LegacyTorchWriter.OneTensor(6, [6], [1])), problem);

    [Theory]
    [InlineData(new long[] { 7 }, new long[] { 1 }, 0, "claims 7 elements, but its storage has 6")]
    [InlineData(new long[] { 6 }, new long[] { 1 }, 1, "reaches element 6 of a storage of 6")]
    [InlineData(new long[] { 1000000 }, new long[] { 0 }, 0, "claims 1000000 elements")]
    [InlineData(new long[] { 2 }, new long[] { -1 }, 3, "has a negative offset or stride")]
    public void Open_GeometryBeyondTheStorage_IsRefused(long[] shape, long[] strides, long offset, string problem)
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).ToArray(LegacyTorchWriter.OneTensor(6, shape, strides, offset)), $"tensor w {problem}");

    [Fact]
    public void Open_StorageThatIsMissing_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().ToArray(LegacyTorchWriter.OneTensor(6, [6], [1])), "needs storage 0, which the file does not hold");

    [Fact]
    public void Open_StorageThatNothingUses_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).Add("1", Six).ToArray(LegacyTorchWriter.OneTensor(6, [6], [1])), "storage 1 belongs to no tensor");

    [Fact]
    public void Open_StorageListedTwice_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).Add("0", Six).ToArray(LegacyTorchWriter.OneTensor(6, [6], [1])), "storage 0 occurs twice");

    [Fact]
    public void Open_StorageOfTwoTypes_IsRefused()
        => HostileFile.IsRefused(
            new LegacyTorchWriter().Add("0", Six).ToArray(
                new PickleWriter().Op('}').Text("v").Tensor("0", 6, [6], [1]).Op('s').Text("w").Tensor("0", 6, [6], [1], type: "IntStorage").Op('s').ToArray()),
            "storage 0 is used as FloatStorage and as IntStorage");

    [Fact]
    public void Open_StorageOfAnUnknownType_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).ToArray(LegacyTorchWriter.OneTensor(6, [6], [1], type: "NewStorage")), "elements of NewStorage, which is not supported");

    [Fact]
    public void Open_FileCutInAStorage_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).ToArray(LegacyTorchWriter.OneTensor(6, [6], [1]))[..^1], "truncated checkpoint: storage 0 claims 6 elements of 4 bytes, but 23 bytes are left");

    [Fact]
    public void Open_FileCutBeforeAStorage_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().Add("0", Six).ToArray(LegacyTorchWriter.OneTensor(6, [6], [1]))[..^25], "truncated checkpoint: it ends before storage 0");

    [Fact]
    public void Open_KeysThatAreNoStrings_AreRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter { Keys = new PickleWriter().Op(']').Int(0).Op('a').ToArray() }.ToArray(LegacyTorchWriter.OneTensor(6, [6], [1])), "the key of a storage is no string");

    [Fact]
    public void Open_KeysThatAreNoList_AreRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter { Keys = new PickleWriter().Int(0).ToArray() }.ToArray(LegacyTorchWriter.OneTensor(6, [6], [1])), "list of storages is none");

    [Fact]
    public void Open_OtherVersion_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter { Version = new PickleWriter().Int(1002).ToArray() }.ToArray([]), "has version 1002");

    [Fact]
    public void Open_BigEndianMachine_IsRefused()
        => HostileFile.IsRefused(
            new LegacyTorchWriter { Machine = new PickleWriter().Op('}').Text("little_endian").Raw(0x89).Op('s').ToArray() }.ToArray([]), "not little-endian");

    [Fact]
    public void Open_CutAfterTheMagicNumber_IsRefused()
        => HostileFile.IsRefused(new LegacyTorchWriter().MagicNumber, "the pickle of its version is damaged");

    [Fact]
    public void Open_DamagedStructure_SaysWhichPickle()
        => HostileFile.IsRefused(new LegacyTorchWriter().ToArray([0x80, 2, (byte)'t', (byte)'.']), "the pickle of its structure is damaged or unsupported: it takes more from the stack");

    [Fact]
    public void Open_StructureThatAsksForAProgram_IsRefusedByName()
        => HostileFile.IsRefused(
            new LegacyTorchWriter().ToArray(new PickleWriter().Global("posix", "system").Text("true").Raw(0x85).Op('R').ToArray()), "it asks for posix.system");

    [Fact]
    public void Open_StructureLongerThanAnyCheckpointNeeds_IsRefused()
        => HostileFile.IsRefused(
            new LegacyTorchWriter().ToArray([0x80, 2, .. Enumerable.Repeat((byte)')', 9 << 20), (byte)'.']), "it ends in the middle of an instruction; at most 8388608 bytes are supported");

    [Fact]
    public void Open_OtherPickle_IsRefused()
        => HostileFile.IsRefused(new PickleWriter().Op('}').ToArray(), "is a Python pickle, but none that torch.save wrote");

    [Fact]
    public void Open_TarArchive_IsRefused()
    {
        byte[] tar = new byte[1024];
        "storages"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));

        HostileFile.IsRefused(tar, "is a tar archive");
    }
}
