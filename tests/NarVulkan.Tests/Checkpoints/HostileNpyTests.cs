using System.Text;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class HostileNpyTests
{
    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4, "elements of type '>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4, "elements of type '|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", 4, "Fortran order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4, "should have 8 bytes of data, but has 4")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 8, "should have 4 bytes of data, but has 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), }", 0, "more than one array can hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2147483647, 2147483647), }", 0, "more than one array can hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", 4, "impossible size '99999999999'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4, "impossible size '-1'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,), }", 4, "impossible size '1.5'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1), }", 4, "33 dimensions")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", 4, "without descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 7, }", 4, "without descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,), }", 4, "damaged or unsupported header")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, "damaged or unsupported header")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, }", 4, "damaged or unsupported header")]
    [InlineData("{'descr", 4, "damaged or unsupported header")]
    [InlineData("", 4, "damaged or unsupported header")]
    public void Read_WrongHeader_IsRefusedInOneLine(string header, int dataLength, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.npy", Npy(header, dataLength));

        InvalidRequestException refusal = Assert.Throws<InvalidRequestException>(() => NpyFile.Read(path));

        Assert.StartsWith(path + ": ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_IsRefused()
        => Assert.Contains("no such file", Assert.Throws<InvalidRequestException>(() => NpyFile.Read("no/such.npy")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_HeaderOfGigabytes_IsRefused()
    {
        using TemporaryFolder folder = new();
        byte[] file = [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF];

        Assert.Contains("header of 4294967295 bytes", Assert.Throws<InvalidRequestException>(() => NpyFile.Read(folder.Write("a.npy", file))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToInts_Int64_ConvertsWhatFitsAndRefusesTheRest()
    {
        using TemporaryFolder folder = new();
        byte[] fits = [.. Npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 0), .. BitConverter.GetBytes(-5L), .. BitConverter.GetBytes(7L)];
        byte[] tooLarge = [.. Npy("{'descr': '<i8', 'fortran_order': False, 'shape': (), }", 0), .. BitConverter.GetBytes(1L << 40)];

        Assert.Equal([-5, 7], NpyFile.Read(folder.Write("a.npy", fits)).ToInts());
        NpyArray scalar = NpyFile.Read(folder.Write("b.npy", tooLarge));
        Assert.Empty(scalar.Shape);
        Assert.Contains("1099511627776 does not fit", Assert.Throws<InvalidRequestException>(() => scalar.ToInts()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToFloats_HalfAndDouble_Convert()
    {
        using TemporaryFolder folder = new();
        byte[] halves = [.. Npy("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", 0), 0x00, 0x3C, 0x00, 0xC0];
        byte[] doubles = [.. Npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }", 0), .. BitConverter.GetBytes(0.1)];

        Assert.Equal([1f, -2f], NpyFile.Read(folder.Write("a.npy", halves)).ToFloats());
        Assert.Equal([0.1f], NpyFile.Read(folder.Write("b.npy", doubles)).ToFloats());
    }

    [Fact]
    public void To_OtherType_SaysWhatToSave()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.npy");
        NpyFile.Write(path, [1], [1.5f]);

        Assert.Equal($"{path}: holds float32, but whole numbers are needed; save it as int32", Assert.Throws<InvalidRequestException>(() => NpyFile.Read(path).ToInts()).Message);
        Assert.Throws<InvalidRequestException>(() => NpyFile.Read(path).ToBytes());
    }

    [Fact]
    public void Write_ShapeOfOtherLength_Throws()
        => Assert.Throws<ArgumentException>(() => NpyFile.Write("never.npy", [2, 2], [1, 2, 3]));

    private static byte[] Npy(string header, int dataLength)
        => [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. new byte[dataLength]];
}
