using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class WeightTensorTests
{
    private static readonly float[] Storage = [.. Enumerable.Range(0, 24).Select(i => (float)i)];

    [Fact]
    public void ReadFloats_TransposedView_FollowsTheStrides()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor(Storage, [4, 3], [1, 4], offset: 2)));
        var tensor = (FileTensor)file.Require("w", 4, 3);

        Assert.False(tensor.IsContiguous);
        Assert.Equal([2f, 6, 10, 3, 7, 11, 4, 8, 12, 5, 9, 13], tensor.ToFloats());
    }

    [Fact]
    public void ReadFloats_SlicedColumnsFromTheMiddle_ReadsRunByRun()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor(Storage, [2, 2, 3], [12, 6, 1], offset: 1)));
        float[] part = new float[7];
        file.Require("w", 2, 2, 3).ReadFloats(4, part);

        Assert.Equal([8f, 9, 13, 14, 15, 19, 20], part);
    }

    [Fact]
    public void IsContiguous_SizeOneDimensionWithAnyStride_IsTrue()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor(Storage, [1, 3, 1, 4], [999, 4, 17, 1], offset: 8)));
        var tensor = (FileTensor)file.Require("w", 1, 3, 1, 4);

        Assert.True(tensor.IsContiguous);
        Assert.Equal(Storage[8..20], tensor.ToFloats());
    }

    [Fact]
    public void ReadFloats_RangeBeyondTheTensor_Throws()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor(Storage, [6], [1])));

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Require("w", 6).ReadFloats(4, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Require("w", 6).ReadBytes(4, new byte[12]));
    }

    [Fact]
    public void ReadFloats_AfterDispose_Throws()
    {
        using TemporaryFolder folder = new();
        WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor(Storage, [6], [1])));
        WeightTensor tensor = file.Require("w", 6);
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => tensor.ToFloats());
    }

    [Theory]
    [InlineData("F16", new byte[] { 0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00, 0x00, 0x7C }, new[] { 1f, -2f, 65504f, 5.9604645E-08f, float.PositiveInfinity })]
    [InlineData("BF16", new byte[] { 0x80, 0x3F, 0x00, 0xC0, 0x49, 0x40 }, new[] { 1f, -2f, 3.140625f })]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F }, new[] { 1f, 0.1f })]
    [InlineData("F32", new byte[] { 0, 0, 0x80, 0x3F, 0xCD, 0xCC, 0xCC, 0x3D }, new[] { 1f, 0.1f })]
    public void ReadFloats_EveryFloatType_Converts(string type, byte[] data, float[] expected)
    {
        using TemporaryFolder folder = new();
        string header = $$"""{"w":{"dtype":"{{type}}","shape":[{{expected.Length}}],"data_offsets":[0,{{data.Length}}]} }""";
        using WeightFile file = WeightFile.Open(folder.Write("a.safetensors", SafetensorsFile.Create(System.Text.Encoding.UTF8.GetBytes(header), data)));

        Assert.Equal(expected, file.Require("w", expected.Length).ToFloats());
    }

    [Fact]
    public void ReadFloats_Integers_IsRefused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.safetensors", SafetensorsFile.Create("""{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8));
        using WeightFile file = WeightFile.Open(path);

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => file.Require("ids", 1).ToFloats()), path, "tensor ids holds I64, but floating-point");
    }
}
