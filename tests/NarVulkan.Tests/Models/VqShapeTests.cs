using NarVulkan.Checkpoints;
using NarVulkan.Models.Vq;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>A VQ tokenizer's sizes come from its tensors, and nothing in them is believed.</summary>
public sealed class VqShapeTests
{
    public static TheoryData<string, long[], string> WrongShapes => new()
    {
        { "quantize.embedding.weight", [16, 4], "tensor quantize.embedding.weight holds 16 codes of width 4" },
        { "quantize.embedding.weight", [16, 16], "tensor post_quant_conv.weight has shape [16, 8, 1, 1], but [any, 16, 1, 1] is expected" },
        { "quantize.embedding.weight", [128], "tensor quantize.embedding.weight has shape [128]" },
        { "post_quant_conv.weight", [20, 8, 1, 1], "tensor post_quant_conv.weight gives 20 channels; a multiple of 8" },
        { "decoder.conv_in.weight", [64, 24, 3, 3], "tensor decoder.conv_in.weight has shape [64, 24, 3, 3], but [any, 16, 3, 3]" },
        { "decoder.conv_in.weight", [64, 16, 5, 5], "tensor decoder.conv_in.weight has shape [64, 16, 5, 5], but [any, 16, 3, 3]" },
        { "decoder.conv_in.weight", [48, 16, 3, 3], "tensor decoder.conv_in.weight gives 48 channels; a multiple of 32" },
        { "decoder.conv_in.weight", [0, 16, 3, 3], "tensor decoder.conv_in.weight gives 0 channels" },
        { "decoder.conv_in.weight", [8192, 16, 3, 3], "tensor decoder.conv_in.weight gives 8192 channels; a multiple of 32 up to 4096" },
        { "decoder.conv_in.bias", [32], "tensor decoder.conv_in.bias has shape [32], but [64]" },
        { "decoder.mid.0.norm1.weight", [32], "tensor decoder.mid.0.norm1.weight has shape [32], but [64]" },
        { "decoder.mid.1.k.weight", [64, 32, 1, 1], "tensor decoder.mid.1.k.weight has shape [64, 32, 1, 1], but [64, 64, 1, 1]" },
        { "decoder.conv_blocks.0.upsample.conv.weight", [32, 64, 3, 3], "tensor decoder.conv_blocks.0.upsample.conv.weight has shape" },
        { "decoder.conv_blocks.1.res.0.nin_shortcut.weight", [32, 64, 3, 3], "tensor decoder.conv_blocks.1.res.0.nin_shortcut.weight has shape" },
        { "decoder.conv_blocks.1.res.1.conv2.weight", [32, 64, 3, 3], "tensor decoder.conv_blocks.1.res.1.conv2.weight has shape" },
        { "decoder.conv_out.weight", [4, 32, 3, 3], "tensor decoder.conv_out.weight has shape [4, 32, 3, 3], but [3, 32, 3, 3]" },
        { "encoder.conv_in.weight", [32, 1, 3, 3], "tensor encoder.conv_in.weight has shape [32, 1, 3, 3], but [any, 3, 3, 3]" },
        { "encoder.conv_blocks.1.res.0.conv1.weight", [64, 64, 3, 3], "tensor encoder.conv_blocks.1.res.0.conv1.weight has shape" },
        { "encoder.conv_out.weight", [12, 64, 3, 3], "tensor encoder.conv_out.weight gives 12 channels" },
        { "quant_conv.weight", [8, 24, 1, 1], "tensor quant_conv.weight has shape [8, 24, 1, 1], but [8, 16, 1, 1]" },
    };

    [Fact]
    public void Read_GoldenFile_GivesItsSizes()
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture("golden/vq-image/vq_tiny.pt"));

        VqShape shape = VqShape.Read(file);
        VqHalfShape encoder = shape.ReadEncoder(file);

        Assert.Equal((128, 8, 64, 8), (shape.Codes, shape.CodeWidth, shape.LatentChannels, shape.Factor));
        // The middle, then 3 blocks at each of 4 levels, 3 attentions at the lowest, 3 upsamplings.
        Assert.Equal(3 + 12 + 3 + 3, shape.Decoder.Stages.Count);
        Assert.Equal(3 + 8 + 2 + 3, encoder.Stages.Count);
        Assert.Equal((64, 32), (shape.Decoder.FirstWidth, shape.Decoder.LastWidth));
        Assert.Equal((32, 64, 64), (encoder.FirstWidth, encoder.LastWidth, encoder.OutputChannels));
    }

    [Fact]
    public void Maps_OfTheDecoder_GrowToTheImage()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, VqTensors.All());

        var maps = VqShape.Read(file).Decoder.Maps(3, 5).ToList();

        Assert.Equal((3, 5, 16), maps[0]);
        Assert.Contains((6, 10, 64), maps);
        Assert.Equal((6, 10, 3), maps[^1]);
    }

    [Theory]
    [MemberData(nameof(WrongShapes))]
    public void Read_ShapeThatDoesNotFit_NamesTheTensor(string name, long[] wrong, string problem)
    {
        Dictionary<string, long[]> tensors = VqTensors.All();
        tensors[name] = wrong;

        IsRefused(tensors, problem);
    }

    [Fact]
    public void Read_WithoutAnyOneTensor_NamesIt()
    {
        using TemporaryFolder folder = new();
        foreach (string missing in VqTensors.All().Keys.Where(name => name != "quantize.codebook_used"))
        {
            Dictionary<string, long[]> tensors = VqTensors.All();
            tensors.Remove(missing);
            using WeightFile file = Open(folder, tensors);

            var refusal = Assert.Throws<ModelFileException>(() => VqShape.Read(file).ReadEncoder(file));

            Assert.Contains($"tensor {missing} ", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(refusal.Message, char.IsControl);
        }
    }

    [Theory]
    [InlineData("decoder.norm_out.running_mean")]
    [InlineData("decoder.conv_blocks.1.upsample.conv.weight")]
    [InlineData("decoder.conv_blocks.3.res.0.conv1.weight")]
    [InlineData("decoder.mid.0.conv_shortcut.weight")]
    [InlineData("encoder.conv_blocks.0.res.7.conv1.weight")]
    public void Read_TensorOfAnotherArchitecture_IsRefused(string name)
    {
        Dictionary<string, long[]> tensors = VqTensors.All();
        tensors[name] = [1];

        IsRefused(tensors, $"tensor {name} belongs to no layer");
    }

    [Fact]
    public void ReadEncoder_OfAnotherFactor_IsRefused()
    {
        // The encoder's second level becomes its only one.
        Dictionary<string, long[]> tensors = VqTensors.All().Where(entry => !entry.Key.StartsWith("encoder.conv_blocks.0.", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key.Replace("encoder.conv_blocks.1.", "encoder.conv_blocks.0."), entry => entry.Value);

        IsRefused(tensors, "its encoder has 1 levels and its decoder 2");
    }

    [Fact]
    public void Read_AbsurdNumberOfLevels_IsRefused()
    {
        Dictionary<string, long[]> tensors = VqTensors.All();
        for (int level = 2; level < 40; level++)
        {
            tensors[$"decoder.conv_blocks.{level}.res.0.conv1.weight"] = [1];
        }

        IsRefused(tensors, "it has 40 levels");
    }

    private static void IsRefused(Dictionary<string, long[]> tensors, string problem)
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, tensors);

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => VqShape.Read(file).ReadEncoder(file)), file.Path, problem);
    }

    private static WeightFile Open(TemporaryFolder folder, Dictionary<string, long[]> tensors) =>
        WeightFile.Open(folder.Write("vq.safetensors", SafetensorsFile.OfShapes(tensors.Select(entry => (entry.Key, entry.Value)))));
}
