using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Folders straight from the hub.</summary>
public sealed class HubFolderTests
{
    [Theory]
    [InlineData("larp-c2v", 0)]
    [InlineData("nar-c2v", 2)]
    public void Open_Generator_IsToldByItsTensors(string name, int extraHeadBlocks)
    {
        using TemporaryFolder files = new();
        files.Write("config.json", """{"cls_token_num":1,"dim":8,"n_head":4,"n_kv_head":null,"max_seq_len":32,"num_classes":11}""");
        files.Write("model.safetensors", SafetensorsFile.OfShapes(TinyModels.Generator(Architectures.ByName[name], 8, 3)));

        ModelFolder folder = ModelFolder.Open(files.Path);

        Assert.Equal(Architectures.ByName[name], folder.Generator!.Architecture);
        Assert.Equal(files.File("model.safetensors"), folder.Generator.WeightsPath);
        Assert.Equal(4, folder.Generator.Heads);
        Assert.Equal([2, 4, 4], folder.Generator.Grid);
        Assert.Equal(1, folder.Generator.ConditionTokens);
        Assert.Equal(extraHeadBlocks, folder.Generator.ExtraHeadBlocks);
        Assert.Null(folder.Tokenizer);
    }

    [Theory]
    [InlineData("\"max_seq_len\":1024", new[] { 4, 16, 16 })]
    [InlineData("\"max_seq_len\":256", new[] { 4, 8, 8 })]
    [InlineData("\"max_seq_len\":1024,\"latent_shape\":[16,8,8]", new[] { 16, 8, 8 })]
    public void Open_VideoGenerator_GuessesTheGridOnlyWhereNoneIsNamed(string settings, int[] grid)
    {
        using TemporaryFolder files = new();
        files.Write("config.json", $$"""{"n_head":4,{{settings}}}""");
        files.Write("model.safetensors", SafetensorsFile.OfShapes(TinyModels.Generator(Architecture.LarpClassToVideo, 8, 3)));

        Assert.Equal(grid, ModelFolder.Open(files.Path).Generator!.Grid);
    }

    [Fact]
    public void Open_LarpTokenizer_IsATokenizerWithItsSettings()
    {
        using TemporaryFolder files = new();
        File.Copy(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/config.json"), files.File("config.json"));
        File.Copy(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth"), files.File("pytorch_model.bin"));

        ModelFolder folder = ModelFolder.Open(files.Path);

        Assert.Null(folder.Generator);
        Assert.Equal(new TokenizerDescription(TokenizerKind.Larp, files.File("pytorch_model.bin"), files.File("config.json")), folder.Tokenizer);
    }

    [Fact]
    public void Open_ShardedPickles_AreAModel()
    {
        using TemporaryFolder files = new();
        const string shard = "pytorch_model-00001-of-00001.bin";
        File.Copy(TestPaths.Fixture("torch/par-c2i-16.legacy.pt"), files.File(shard));
        using (WeightFile weights = WeightFile.Open(files.File(shard)))
        {
            string map = string.Join(",", weights.Tensors.Keys.Select(name => $"\"{name}\":\"{shard}\""));
            files.Write("pytorch_model.bin.index.json", $$$"""{"weight_map":{{{{map}}}}}""");
        }
        files.Write("config.json", """{"n_head":4,"block_size":64,"cls_token_num":1}""");

        GeneratorDescription generator = ModelFolder.Open(files.Path).Generator!;

        Assert.Equal((Architecture.ParClassToImage, 4), (generator.Architecture, generator.Heads));
        Assert.Equal([8, 8], generator.Grid);
        Assert.Equal(files.File("pytorch_model.bin.index.json"), generator.WeightsPath);
    }

    [Theory]
    [InlineData("""{"max_seq_len":32}""", "n_head is missing")]
    [InlineData("""{"n_head":4}""", "max_seq_len is missing")]
    [InlineData("""{"n_head":4,"max_seq_len":0}""", "max_seq_len must be a whole number from 1")]
    [InlineData("""{"n_head":4,"max_seq_len":1}""", "max_seq_len is 1, which is no grid")]
    public void Open_IncompleteSettings_SayWhat(string config, string problem)
    {
        using TemporaryFolder files = new();
        files.Write("config.json", config);
        files.Write("model.safetensors", SafetensorsFile.OfShapes(TinyModels.Generator(Architecture.LarpClassToVideo, 8, 3)));

        Assert.Contains(problem, Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithoutWeightsOrWithForeignOnes_SaysSo()
    {
        using TemporaryFolder files = new();
        files.Write("config.json", "{}");
        Assert.Contains("no model.safetensors", Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path)).Message, StringComparison.Ordinal);

        files.Write("model.safetensors", SafetensorsFile.OfShapes([("conv1.weight", [3, 3])]));
        Assert.Contains("of no model that this version knows", Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path)).Message, StringComparison.Ordinal);

        files.Write("model.safetensors", SafetensorsFile.OfShapes([("shared.weight", [10, 4]), ("encoder.final_layer_norm.weight", [4])]));
        Assert.Contains("holds a T5 text encoder", Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path)).Message, StringComparison.Ordinal);
    }
}
