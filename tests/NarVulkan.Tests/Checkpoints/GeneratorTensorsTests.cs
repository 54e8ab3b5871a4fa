using System.Text.Json;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class GeneratorTensorsTests
{
    [Theory]
    [InlineData("nar-c2i", 8, 8)]
    [InlineData("par-c2i", 8, 8)]
    [InlineData("llamagen-c2i", 8, 8)]
    [InlineData("nar-c2v", 2, 4, 4)]
    [InlineData("larp-c2v", 2, 4, 4)]
    [InlineData("nar-t2i", 6, 6)]
    [InlineData("llamagen-t2i", 6, 6)]
    public void Weights_OfTheGoldensSizes_HaveTheNamesAndShapesOfTheTrainers(string architecture, params int[] grid)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture($"golden/{architecture}/case.json")));
        JsonElement model = golden.RootElement.GetProperty("model");
        NarRandomModel random = new()
        {
            Architecture = architecture,
            Width = model.GetProperty("dim").GetInt32(),
            Blocks = model.GetProperty("n_layer").GetInt32(),
            Heads = model.GetProperty("n_head").GetInt32(),
            Grid = grid,
            Vocabulary = model.GetProperty("vocab_size").GetInt32(),
        };
        random = random with
        {
            Classes = model.TryGetProperty("num_classes", out JsonElement classes) ? classes.GetInt32() : random.Classes,
            TextFeatureWidth = model.TryGetProperty("caption_dim", out JsonElement features) ? features.GetInt32() : random.TextFeatureWidth,
        };
        Dictionary<string, string> expected = golden.RootElement.GetProperty("checkpoint").GetProperty("tensors").EnumerateObject()
            .ToDictionary(tensor => tensor.Name, tensor => string.Join("x", tensor.Value[0].EnumerateArray().Select(size => size.GetInt64())));

        using WeightFile file = RandomModelLoading.Weights(random, RandomModelLoading.Describe(random).Generator!);

        Assert.Equal(
            expected.OrderBy(tensor => tensor.Key, StringComparer.Ordinal),
            file.Tensors.ToDictionary(tensor => tensor.Key, tensor => string.Join("x", tensor.Value.Shape)).OrderBy(tensor => tensor.Key, StringComparer.Ordinal));
        Assert.Equal(architecture, ModelRecognizer.Recognize(file)?.Architecture?.Name());
    }

    [Theory]
    [InlineData("nar-c2i", 1280, 36, 3584)]
    [InlineData("nar-c2i", 1536, 48, 4096)]
    [InlineData("nar-c2i", 384, 12, 1024)]
    [InlineData("llamagen-c2i", 3200, 24, 8704)]
    public void Weights_OfPublishedSizes_HaveTheirFeedForwardWidth(string architecture, int width, int blocks, int feedForward)
    {
        NarRandomModel random = new() { Architecture = architecture, Width = width, Blocks = blocks, Heads = width / 32, Grid = [16, 16] };

        using WeightFile file = RandomModelLoading.Weights(random, RandomModelLoading.Describe(random).Generator!);

        file.Require("layers.0.feed_forward.w1.weight", feedForward, width);
        file.Require("layers.0.feed_forward.w2.weight", width, feedForward);
    }

    [Fact]
    public void Weights_AreScaledByTheirInputs()
    {
        NarRandomModel random = new() { Architecture = "nar-c2i", Width = 64, Blocks = 1, Heads = 4, Grid = [4, 4], Vocabulary = 1024, FeedForward = 1024 };
        using WeightFile file = RandomModelLoading.Weights(random, RandomModelLoading.Describe(random).Generator!);

        Assert.All(file.Require("norm.weight", 64).ToFloats(), value => Assert.Equal(1, value));
        Assert.Equal(1, Deviation("tok_embeddings.weight"), 0.01);
        Assert.Equal(1 / 8.0, Deviation("output.weight"), 0.001);
        Assert.Equal(1 / 32.0, Deviation("layers.1.feed_forward.w2.weight"), 0.0003);

        double Deviation(string name) => Math.Sqrt(file.Tensors[name].ToFloats().Average(value => (double)value * value));
    }
}
