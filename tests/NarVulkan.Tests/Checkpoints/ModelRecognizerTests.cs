using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class ModelRecognizerTests
{
    [Theory]
    [InlineData("nar-c2i")]
    [InlineData("nar-t2i")]
    [InlineData("nar-c2v")]
    [InlineData("nar-c2v-fp")]
    [InlineData("par-c2i")]
    [InlineData("llamagen-c2i")]
    [InlineData("llamagen-t2i")]
    [InlineData("larp-c2v")]
    public void Recognize_EveryGenerator_IsToldByItsTensors(string name)
    {
        using TemporaryFolder folder = new();
        Architecture architecture = Architectures.ByName[name];
        using WeightFile file = Open(folder, TinyModels.Generator(architecture, width: 8, layers: 3));

        RecognizedModel model = ModelRecognizer.Recognize(file)!;

        Assert.Equal(architecture, model.Architecture);
        Assert.Equal(name, model.Kind);
        Assert.Equal(8, model.Width);
        Assert.Equal(3, model.Layers);
        Assert.Equal(64, model.Vocabulary);
        Assert.Equal(architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage or Architecture.NarFramePrediction ? null : 11, model.Classes);
        Assert.Equal(architecture.IsVideo() ? 32 : null, model.VisualTokens);
        Assert.Null(model.LikelyHeads);
        Assert.Equal(file.Tensors.Values.Sum(tensor => tensor.ElementCount), model.ParameterCount);
    }

    [Theory]
    [InlineData("nar-c2v", 1280, 30, "LP", 20)]
    [InlineData("nar-c2v", 384, 12, "S", 6)]
    [InlineData("larp-c2v", 1024, 24, "L", 16)]
    [InlineData("nar-c2i", 1536, 48, "XXL", 24)]
    [InlineData("llamagen-c2i", 3200, 24, "3B", 32)]
    public void Recognize_PublishedSize_HasItsNameAndHeads(string name, long width, int layers, string size, int heads)
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, TinyModels.Generator(Architectures.ByName[name], width, layers));

        RecognizedModel model = ModelRecognizer.Recognize(file)!;

        Assert.Equal(size, model.PublishedSize);
        Assert.Equal(heads, model.LikelyHeads);
    }

    [Fact]
    public void Recognize_TrainerCheckpoint_TakesHeadsFromItsSettings()
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));

        RecognizedModel model = ModelRecognizer.Recognize(file)!;

        Assert.Equal(Architecture.NarClassToVideo, model.Architecture);
        Assert.Equal(4, model.LikelyHeads);
        Assert.Equal(3, model.Layers);
        Assert.Equal(2, model.ExtraHeadBlocks);
    }

    [Fact]
    public void Recognize_FramePredictionCheckpoint_HasItsClipAndCodebook()
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v-fp/epoch-last.pth"));

        RecognizedModel model = ModelRecognizer.Recognize(file)!;

        Assert.Equal(Architecture.NarFramePrediction, model.Architecture);
        Assert.Equal(64, model.Vocabulary);
        Assert.Equal(32, model.VisualTokens);
    }

    [Fact]
    public void Recognize_LarpTokenizer_CountsNothingOfThePrior()
    {
        using WeightFile bare = WeightFile.Open(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth"));
        using WeightFile withPrior = WeightFile.Open(TestPaths.Fixture("golden/larp-tokenizer/tokenizer_with_prior/larp_tokenizer.pth"));

        RecognizedModel model = ModelRecognizer.Recognize(withPrior)!;

        Assert.Equal(ModelRecognizer.Recognize(bare), model);
        Assert.Equal(TokenizerKind.Larp, model.Tokenizer);
        Assert.Equal((48L, 2, 64L, 32L), (model.Width, model.Layers, model.Vocabulary, model.VisualTokens!.Value));
    }

    [Fact]
    public void Recognize_VqTokenizerAndTextEncoder_AreTold()
    {
        using TemporaryFolder folder = new();
        using WeightFile vq = Open(folder, [("quantize.embedding.weight", [16, 8]), ("decoder.conv_in.weight", [4, 2, 3, 3]), ("decoder.conv_blocks.0.x", [1]), ("decoder.conv_blocks.1.x", [1])]);
        Assert.Equal((TokenizerKind.Vq, 4L, 2, 16L), (ModelRecognizer.Recognize(vq)!.Tokenizer, ModelRecognizer.Recognize(vq)!.Width, ModelRecognizer.Recognize(vq)!.Layers, ModelRecognizer.Recognize(vq)!.Vocabulary));

        using WeightFile t5 = Open(folder, [("shared.weight", [100, 8]), ("encoder.final_layer_norm.weight", [8]), ("encoder.block.0.layer.0.x", [1]), ("encoder.block.1.layer.0.x", [1])]);
        RecognizedModel encoder = ModelRecognizer.Recognize(t5)!;
        Assert.Equal(("T5 text encoder", 8L, 2, 100L), (encoder.Kind, encoder.Width, encoder.Layers, encoder.Vocabulary));
        Assert.Null(encoder.Tokenizer);
    }

    [Fact]
    public void Recognize_SomethingElse_IsNull()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, [("conv1.weight", [3, 3])]);

        Assert.Null(ModelRecognizer.Recognize(file));
    }

    [Fact]
    public void Recognize_HostileShapes_DoNotConfuseIt()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, [("tok_embeddings.weight", [4]), ("cls_embedding.embedding_table.weight", []), ("layers.99999999999999999999.x", [1]), ("layers.", [1])]);

        Assert.Null(ModelRecognizer.Recognize(file));
    }

    private static WeightFile Open(TemporaryFolder folder, IEnumerable<(string, long[])> tensors)
        => WeightFile.Open(folder.Write($"{Guid.NewGuid():N}.safetensors", SafetensorsFile.OfShapes(tensors)));
}
