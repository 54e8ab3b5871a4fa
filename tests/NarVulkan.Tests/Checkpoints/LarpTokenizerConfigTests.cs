using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class LarpTokenizerConfigTests
{
    private static readonly string Golden = File.ReadAllText(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/config.json"));

    [Fact]
    public void Read_GoldenConfig_HasEverySetting()
    {
        LarpTokenizerConfig config = LarpTokenizerConfig.Read(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/config.json"));

        Assert.Equal((32, 8, 32, 64, 8, true), (config.InputSize, config.FrameCount, config.LatentTokens, config.CodebookSize, config.BottleneckWidth, config.L2Normalized));
        Assert.Equal((48, 4, 2, 8, 4), (config.Encoder.Width, config.Encoder.Heads, config.Encoder.Depth, config.Encoder.PatchSize, config.Encoder.TemporalPatchSize));
        Assert.Equal([2, 4, 4], config.Decoder.PatchGrid);
        Assert.Equal(32, config.Decoder.PatchCount);
        Assert.True(config.LearnedEncoderLatentQueries);
        Assert.False(config.LearnedEncoderPatchPositions || config.LearnedDecoderLatentPositions || config.LearnedDecoderPatchQueries);
        Assert.True(config.DecoderPatchQueryTypeEmbedding);
        Assert.False(config.EncoderPatchTypeEmbedding || config.EncoderLatentQueryTypeEmbedding || config.DecoderLatentTypeEmbedding);
    }

    [Theory]
    [InlineData("""{"model":{"args":CONFIG}}""")]
    [InlineData("""{"args":CONFIG}""")]
    [InlineData("""{"model":CONFIG}""")]
    public void Read_WrappedConfig_IsFound(string wrapper)
    {
        using TemporaryFolder folder = new();
        LarpTokenizerConfig bare = LarpTokenizerConfig.Read(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/config.json"));

        LarpTokenizerConfig wrapped = LarpTokenizerConfig.Read(folder.Write("c.json", wrapper.Replace("CONFIG", Golden, StringComparison.Ordinal)));

        Assert.Equal(bare with { Encoder = wrapped.Encoder, Decoder = wrapped.Decoder }, wrapped);
        Assert.Equal(bare.Decoder with { PatchGrid = wrapped.Decoder.PatchGrid }, wrapped.Decoder);
    }

    [Fact]
    public void Read_SettingsSavedWithTheWeights_AreUsedWhereNoFileIsNamed()
    {
        using TemporaryFolder folder = new();
        PickleWriter pickle = new PickleWriter().Op('}').Text("model").Op('}').Text("sd").Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Op('s').Text("args").Op('}').Op('(');
        foreach ((string name, long value) in new[]
        {
            ("input_size", 32L), ("frame_num", 8), ("bottleneck_token_num", 32), ("patch_size", 8), ("temporal_patch_size", 4), ("encoder_hidden_size", 48),
            ("encoder_num_heads", 4), ("encoder_depth", 2), ("decoder_hidden_size", 48), ("decoder_num_heads", 4), ("decoder_depth", 2),
        })
        {
            pickle.Text(name).Int(value);
        }
        pickle.Text("bottleneck").Op('}').Text("args").Op('}').Op('(').Text("bottleneck_dim").Int(8).Text("regularizer")
            .Op('}').Op('(').Text("name").Text("vq").Text("args").Op('}').Text("codebook_size").Int(64).Op('s').Op('u').Op('u').Op('s');
        string path = folder.Write("a.pth", TorchFile.Create(pickle.Op('u').Op('s').Op('s').ToArray(), [1f]));
        using WeightFile file = WeightFile.Open(path);

        LarpTokenizerConfig config = LarpTokenizerConfig.Read(new TokenizerDescription(TokenizerKind.Larp, path, null), file);

        Assert.Equal((64, 8, 8), (config.CodebookSize, config.BottleneckWidth, config.Decoder.PatchSize));
    }

    [Fact]
    public void Read_NoSettingsAnywhere_SaysWhereToPutThem()
    {
        string path = TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth");
        using WeightFile file = WeightFile.Open(path);

        ModelFileException refusal = Assert.Throws<ModelFileException>(
            () => LarpTokenizerConfig.Read(new TokenizerDescription(TokenizerKind.Larp, path, null), file));

        HostileFile.IsOneLine(refusal, path, "carries no settings of the tokenizer");
    }

    [Theory]
    [InlineData("\"transformer_encoder_parallel\"", "\"unet\"", "transformer_name is unet, but this version supports only")]
    [InlineData("\"norm\": \"none\"", "\"norm\": \"batch\"", "bottleneck.args.norm is batch")]
    [InlineData("\"name\": \"vq\"", "\"name\": \"kl\"", "bottleneck.args.regularizer.name is kl")]
    [InlineData("\"encoder_name\": \"none\"", "\"encoder_name\": \"cnn\"", "encoder_name is cnn")]
    [InlineData("\"in_channels\": 3", "\"in_channels\": 4", "in_channels is 4")]
    [InlineData("\"in_channels\": 3", "\"in_channels\": [3]", "in_channels is something else")]
    [InlineData("\"input_size\": 32", "\"input_size\": 33", "patch_size is 8, which does not divide the input size 33")]
    [InlineData("\"input_size\": 32", "\"input_size\": \"32\"", "input_size must be a whole number")]
    [InlineData("\"input_size\": 32,", "", "input_size is missing")]
    [InlineData("\"frame_num\": 8", "\"frame_num\": 10", "temporal_patch_size is 4, which does not divide the 10 frames")]
    [InlineData("\"decoder_num_heads\": 4", "\"decoder_num_heads\": 5", "decoder_num_heads is 5, which does not divide the width 48")]
    [InlineData("\"decoder_depth\": 2", "\"decoder_depth\": 1e9", "decoder_depth must be a whole number from 1 to 1024")]
    [InlineData("\"codebook_size\": 64", "\"codebook_size\": 0", "bottleneck.args.regularizer.args.codebook_size must be")]
    [InlineData("\"l2_normalized\": true,\n     \"stochastic\"", "\"l2_normalized\": 1,\n     \"stochastic\"", "regularizer.args.l2_normalized must be true or false")]
    [InlineData("\"bottleneck\": {\n", "\"bottleneckk\": {\n", "bottleneck is missing")]
    public void Read_UnsupportedOrWrongSetting_IsNamed(string correct, string wrong, string problem)
    {
        using TemporaryFolder folder = new();
        Assert.Contains(correct, Golden, StringComparison.Ordinal);
        string path = folder.Write("c.json", Golden.Replace(correct, wrong, StringComparison.Ordinal));

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => LarpTokenizerConfig.Read(path)), path, problem);
    }

    [Fact]
    public void Read_ClipWhoseSizesWrapRound_IsRefused()
    {
        using TemporaryFolder folder = new();
        // One patch as large as the clip: 3 x 1786 x 4004 x 4004 values are 195808 in 32 bits.
        string hostile = Golden
            .Replace("\"input_size\": 32", "\"input_size\": 4004", StringComparison.Ordinal)
            .Replace("\"frame_num\": 8", "\"frame_num\": 1786", StringComparison.Ordinal)
            .Replace("patch_size\": 8", "patch_size\": 4004", StringComparison.Ordinal)
            .Replace("temporal_patch_size\": 4", "temporal_patch_size\": 1786", StringComparison.Ordinal);
        string path = folder.Write("c.json", hostile);

        HostileFile.IsOneLine(
            Assert.Throws<ModelFileException>(() => LarpTokenizerConfig.Read(path)), path, "input_size is 4004, which with 1786 frames (frame_num) makes clips of more than 268435456 values");
    }

    [Fact]
    public void Read_ListInsteadOfSettings_IsRefused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("c.json", "[]");

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => LarpTokenizerConfig.Read(path)), path, "must be a JSON object");
    }
}
