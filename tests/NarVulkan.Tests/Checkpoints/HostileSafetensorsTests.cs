using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class HostileSafetensorsTests
{
    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "belong to none")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "bytes 8 to 0")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "bytes -8 to 0")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", 8, "truncated or damaged")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "impossible shape [-2]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData("""{"w":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "shape of tensor w is not a list")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "at most 16 whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", 8, "at most 2 whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", 8, "lacks")]
    [InlineData("""{"w":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 2, "dtype F8_E4M3, which is not supported")]
    [InlineData("""{"w":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8, "dtype of tensor w is a Number")]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]}}""", 8, "second or unknown field 'dtype'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":{"y":1}}}""", 8, "second or unknown field 'x'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "tensor v overlaps")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "tensor v leaves a gap")]
    [InlineData("""{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "tensor w occurs twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "an entry of __metadata__ is a Number")]
    [InlineData("""{"__metadata__":{"a":"x","b":"y","\u0061":"x"}}""", 0, "'a' occurs twice in __metadata__")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__ occurs twice")]
    [InlineData("""{"w":[1]}""", 0, "tensor w is a StartArray")]
    [InlineData("""{"w":{"dtype":"F32","shape":[[[[[[[[[[1]]]]]]]]]],"data_offsets":[0,4]}}""", 4, "shape of tensor w is not a list")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "not valid JSON")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} {}""", 8, "not valid JSON")]
    [InlineData("""{"\uD800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "not valid JSON")]
    public void Open_WrongHeader_IsRefusedInOneLine(string header, int dataLength, string problem)
        => HostileFile.IsRefused(SafetensorsFile.Create(header, dataLength), problem);

    [Fact]
    public void Open_HeaderLongerThanTheFile_IsRefused()
        => HostileFile.IsRefused(SafetensorsFile.Create("{}", 0, headerLength: 1000), "header claims 1000 bytes, but the file has 10");

    [Fact]
    public void Open_HeaderOfExabytes_IsRefused()
        => HostileFile.IsRefused(SafetensorsFile.Create("{}", 0, headerLength: 0xFFFF_FFFF_FFFF_FF00), "truncated");

    [Fact]
    public void Open_HeaderOfTwoToThe63_IsRefused()
        => HostileFile.IsRefused(SafetensorsFile.Create("{}", 0, headerLength: 1UL << 63), "header claims 9223372036854775808 bytes, but the file has 10");

    [Fact]
    public void Open_HeaderThatIsNotUtf8_IsRefused()
        => HostileFile.IsRefused(SafetensorsFile.Create([.. "{\"a"u8, 0xFF, .. "\":{}}"u8], []), "not UTF-8");

    [Fact]
    public void Open_OnlyALength_IsRefused()
        => HostileFile.IsRefused([2, 0, 0, 0, 0, 0, 0, 0], "neither safetensors");

    [Fact]
    public void Open_PaddedHeaderWithMetadataAndScalar_IsRead()
    {
        using TemporaryFolder folder = new();
        string header = """{"__metadata__":{"format":"pt"},"s":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},"e":{"dtype":"F32","shape":[0,3],"data_offsets":[2,2]}}   """;

        using WeightFile file = WeightFile.Open(folder.Write("a.bin", SafetensorsFile.Create(System.Text.Encoding.UTF8.GetBytes(header), [0x80, 0x3F])));

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([1f], file.Require("s").ToFloats());
        Assert.Equal(0, file.Require("e", 0, 3).ElementCount);
    }
}
