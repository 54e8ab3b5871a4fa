using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class ShardedIndexTests
{
    [Fact]
    public void Open_Index_GathersTensorsFromShardsOfAnyFormat()
    {
        using TemporaryFolder folder = new();
        folder.Write("one.safetensors", Shard("a"));
        folder.Write("two.bin", TorchFile.WithTensor([5], [1], [1]));
        string path = folder.Write("i.json", """{"metadata":{"total_size":8},"weight_map":{"a":"one.safetensors","w":"two.bin"}}""");

        using WeightFile file = WeightFile.Open(path);

        Assert.Equal(["a", "w"], file.Tensors.Keys.Order());
        Assert.Equal([5f], file.Require("w", 1).ToFloats());
        Assert.Equal(folder.File("two.bin"), file.Require("w", 1).FilePath);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "must be a file next to the index")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "must be a file next to the index")]
    [InlineData("""{"weight_map":{"a":"C:\\x"}}""", "must be a file next to the index")]
    [InlineData("""{"weight_map":{"a":".."}}""", "must be a file next to the index")]
    [InlineData("""{"weight_map":{"a":""}}""", "must be a file next to the index")]
    [InlineData("""{"weight_map":{"a":7}}""", "weight_map.a must be a string")]
    [InlineData("""{"weight_map":[]}""", "weight_map must be a JSON object")]
    [InlineData("""{"weight_map":{}}""", "weight_map is empty")]
    [InlineData("""{"weights":{}}""", "JSON without a weight_map")]
    [InlineData("""{"weight_map":{"a":"x","a":"y"}}""", "a field occurs twice")]
    [InlineData("""{"weight_map":""", "not valid JSON at line 1")]
    [InlineData("""{"weight_map":{"\uD800":"x"}}""", "not valid UTF-8")]
    public void Open_WrongIndex_IsRefusedInOneLine(string index, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("i.json", index);

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => WeightFile.Open(path)), path, problem);
    }

    [Theory]
    [InlineData(401, "names 401 files, but at most 400 are supported; join them into fewer")]
    [InlineData(400, "there is no such file")]
    public void Open_MoreShardsThanFilesCanBeOpen_IsRefusedBeforeOneIsOpened(int count, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("i.json", $"{{\"weight_map\":{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"w{i}\":\"{i}.safetensors\""))}}}}}");

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => WeightFile.Open(path));

        HostileFile.IsOneLine(refusal, count == 400 ? folder.File("0.safetensors") : path, problem);
    }

    [Fact]
    public void Open_JsonNestedTooDeep_IsRefused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("i.json", "{\"a\":" + new string('[', 100_000));

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => WeightFile.Open(path)), path, "not valid JSON");
    }

    [Theory]
    [InlineData("gone.safetensors", "there is no such file")]
    [InlineData("other.safetensors", "tensor a is missing, though the index i.json puts it there")]
    [InlineData("i.json", "is itself an index")]
    public void Open_WrongShard_NamesTheShard(string shard, string problem)
    {
        using TemporaryFolder folder = new();
        folder.Write("other.safetensors", Shard("b"));
        string path = folder.Write("i.json", $$"""{"weight_map":{"a":"{{shard}}"} }""");

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => WeightFile.Open(path)), folder.File(shard), problem);
    }

    private static byte[] Shard(string name)
        => SafetensorsFile.Create($$"""{"{{name}}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]} }""", 4);
}
