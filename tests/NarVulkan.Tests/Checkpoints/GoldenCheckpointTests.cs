using System.Text.Json;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Checkpoints as the original trainers write them.</summary>
public sealed class GoldenCheckpointTests
{
    [Theory]
    [InlineData("nar-c2v", "epoch-last.pth")]
    [InlineData("nar-c2v", "epoch-last-plain.pth")]
    [InlineData("nar-c2v-fp", "epoch-last.pth")]
    [InlineData("nar-c2v-fp", "epoch-last-plain.pth")]
    public void Open_TrainerCheckpoint_HasTheTensorsOfTheCase(string folder, string name)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture($"golden/{folder}/case.json")));
        using WeightFile file = WeightFile.Open(TestPaths.Fixture($"golden/{folder}/{name}"));

        Dictionary<string, long[]> expected = golden.RootElement.GetProperty("checkpoint").GetProperty("tensors").EnumerateObject()
            .ToDictionary(tensor => tensor.Name, tensor => tensor.Value[0].EnumerateArray().Select(size => size.GetInt64()).ToArray());

        Assert.Equal(expected.Keys.Order(), file.Tensors.Keys.Order());
        Assert.All(expected, tensor =>
        {
            FileTensor found = (FileTensor)file.Require(tensor.Key, tensor.Value);
            Assert.Equal(WeightType.F32, found.Type);
            Assert.True(found.IsContiguous);
            Assert.Equal(found.ElementCount, found.ToFloats().Length);
        });
    }

    [Theory]
    [InlineData("nar-c2v")]
    [InlineData("nar-c2v-fp")]
    public void Open_CheckpointWithEasyDict_EqualsThePlainOne(string folder)
    {
        using WeightFile trained = WeightFile.Open(TestPaths.Fixture($"golden/{folder}/epoch-last.pth"));
        using WeightFile plain = WeightFile.Open(TestPaths.Fixture($"golden/{folder}/epoch-last-plain.pth"));

        Assert.All(trained.Tensors.Values, tensor => Assert.Equal(Bytes(tensor), Bytes(plain.Require(tensor.Name, [.. tensor.Shape]))));
    }

    [Fact]
    public void ReadFloats_GoldenCheckpoint_GivesTheValuesOfTheTrainer()
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        float[] values = new float[3];
        file.Require("layers.2.attention.wqkv.weight", 192, 64).ReadFloats(64, values);

        // Read with Python's zipfile, pickle and struct from the same file: row 1, columns 0 to 2.
        Assert.Equal([-0.0481569916f, 0.12282826f, 0.169335932f], values);
    }

    [Theory]
    [InlineData("epoch-last.pth")]
    [InlineData("epoch-last-plain.pth")]
    public void Hyperparameters_TrainerCheckpoint_AreTheModelArguments(string name)
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture($"golden/nar-c2v/{name}"));

        Assert.Equal(64L, file.Hyperparameters["dim"]);
        Assert.Equal(3L, file.Hyperparameters["n_layer"]);
        Assert.Equal(4L, file.Hyperparameters["n_head"]);
        Assert.Equal(11L, file.Hyperparameters["num_classes"]);
        Assert.Equal(false, file.Hyperparameters["use_fixed_pe"]);
        Assert.Equal([2L, 4L, 4L], Assert.IsAssignableFrom<IReadOnlyList<object?>>(file.Hyperparameters["latent_shape"]));
    }

    [Fact]
    public void Open_TokenizerWithPrior_HasTheTokenizersTensorsToo()
    {
        using WeightFile bare = WeightFile.Open(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth"));
        using WeightFile withPrior = WeightFile.Open(TestPaths.Fixture("golden/larp-tokenizer/tokenizer_with_prior/larp_tokenizer.pth"));

        Assert.Contains(withPrior.Tensors.Keys, name => name.StartsWith("prior_model.", StringComparison.Ordinal));
        Assert.All(bare.Tensors.Values, tensor => Assert.Equal(Bytes(tensor), Bytes(withPrior.Require(tensor.Name, [.. tensor.Shape]))));
    }

    private static byte[] Bytes(WeightTensor tensor)
    {
        byte[] bytes = new byte[tensor.ElementCount * tensor.Type.ByteSize()];
        tensor.ReadBytes(0, bytes);
        return bytes;
    }
}
