using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Models.Larp;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Sizes that the kernels do not compute are refused when a model is read, by the setting to correct.</summary>
public sealed class HostileShapeTests
{
    private const string Tokenizer = "golden/larp-tokenizer/tokenizer/";

    [Fact]
    public void Sizes_BeyondThirtyTwoBits_ThrowInsteadOfWrapping()
    {
        VideoPatches clip = new(3, 1786, 4004, 4004, 1786, 4004);

        Assert.Throws<OverflowException>(() => clip.VideoLength);
        Assert.Throws<OverflowException>(() => clip.PatchWidth);
        Assert.Throws<OverflowException>(() => (clip with { PatchFrames = 1, PatchSize = 1 }).PatchCount);
    }

    [Theory]
    [InlineData(192, 1, 8, "decoder width 192 with 1 heads gives heads of 192, but the kernels take at most 128; is decoder_num_heads in config.json right?")]
    [InlineData(48, 4, 1, "decoder patches of 1 x 1 x 1 pixels have 3 values; the kernels need a multiple of 8")]
    [InlineData(48, 16, 8, "need a head size that is a multiple of 4")]
    public void Check_SizeThatNoKernelComputes_NamesTheSetting(int width, int heads, int patch, string problem)
    {
        string path = TestPaths.Fixture(Tokenizer + "larp_tokenizer.pth");
        using WeightFile file = WeightFile.Open(path);
        LarpTokenizerConfig config = LarpTokenizerConfig.Read(TestPaths.Fixture(Tokenizer + "config.json"));
        LarpTransformerConfig decoder = config.Decoder with { Width = width, Heads = heads, PatchSize = patch, TemporalPatchSize = patch == 1 ? 1 : 4 };

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => LarpShape.Check(file, config, decoder, "decoder")), path, problem);
    }

    [Fact]
    public void Check_GoldenTokenizer_IsAccepted()
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture(Tokenizer + "larp_tokenizer.pth"));
        LarpTokenizerConfig config = LarpTokenizerConfig.Read(TestPaths.Fixture(Tokenizer + "config.json"));

        LarpShape.Check(file, config, config.Encoder, "encoder");
        LarpShape.Check(file, config, config.Decoder, "decoder");
    }

    [Fact]
    public void LearnedByAxis_ShortTablesForAHugeOne_AreRefused()
    {
        using TemporaryFolder folder = new();
        // 1024 x 1024 x 1 patches are within the bound of a configuration, but 1024 wide they are 2^30 values.
        string path = folder.Write("t.safetensors", SafetensorsFile.OfShapes([("t", [1, 1024]), ("h", [1024, 1024]), ("w", [1024, 1024])]));
        using WeightFile file = WeightFile.Open(path);

        HostileFile.IsOneLine(
            Assert.Throws<ModelFileException>(() => PositionEmbeddings.LearnedByAxis(file, "t", "h", "w", [1, 1024, 1024], 1024)), path, "1048576 rows of 1024, more than 268435456 values");
    }

    [Theory]
    [InlineData(2, 128)]
    [InlineData(1, null)]
    public void ReadShape_TooFewHeads_AreRefusedByTheirField(int heads, int? headSize)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("g.safetensors", SafetensorsFile.OfShapes(
        [
            ("output_R.weight", [8, 256]), ("layers.0.feed_forward.w1.weight", [8, 256]),
            .. Enumerable.Range(0, 3).Select(i => ($"layers.{i}.attention.wqkv.weight", new long[] { 1 })),
        ]));
        using WeightFile file = WeightFile.Open(path);
        GeneratorDescription description = new(Architecture.NarClassToVideo, path, heads, [2, 4, 4], 1, 2, 0);

        if (headSize is { } size)
        {
            Assert.Equal(size, GeneratorReader.ReadShape(file, description, "output_R.weight").HeadSize);
            return;
        }
        HostileFile.IsOneLine(
            Assert.Throws<ModelFileException>(() => GeneratorReader.ReadShape(file, description, "output_R.weight")),
            path,
            "width 256 with 1 heads gives heads of 256, but the kernels take at most 128; is \"heads\" in narvk.json (n_head in config.json) right?");
    }
}
